import { randomUUID } from 'node:crypto';
import { CertificateEntities } from '../entities/certificates.js';
import type { Entities } from '../entities/entities.js';
import { notAllowed, notFound, unexpected } from '../entities/errors.js';
import type { Kind } from '../entities/kinds.js';
import { kinds, referencesOf, referrersOf, schemaFor } from '../entities/kinds.js';
import type { JsonObject } from '../json.js';
import { idOf, isUuid, text } from '../json.js';
import type { Reply } from './answer.js';
import { created, nothing, ok } from './answer.js';
import { readBody } from './body.js';
import type { Call } from './call.js';
import { list } from './paging.js';
import { targets } from './targets.js';

/** `/services`, `/services/{id}`, `/services/{id}/routes`, `/services/{id}/routes/{id}`, `/routes/{id}/service`. */
export function collections(call: Call): Promise<Reply> {
  const [collection, key, below, nestedKey, ...more] = call.segments;
  const kind = kinds.find(({ path, hidden }) => path === collection && !hidden);
  if (!kind || more.length > 0) throw notFound();
  if (key === undefined) return overCollection(call, kind, {});
  if (below === undefined) return overItem(call, kind, { key });
  return underItem(call, kind, { key, below, nestedKey });
}

/** The fields that a nested path sets: the entity above it. */
interface Above {
  readonly parent?: { field: string; id: string };
}

async function overCollection(call: Call, kind: Kind, { parent }: Above): Promise<Reply> {
  const { entities, method } = call;
  if (method === 'GET') {
    const customId = kind.name === 'consumers' && !parent ? call.query.get('custom_id') : null;
    if (customId !== null) {
      const found = await entities.store.find(kind, 'custom_id', customId);
      return ok({ data: found ? [entities.show(kind, found)] : [], next: null });
    }
    return ok(
      await certificates(entities).list(
        kind,
        await list(entities, kind, { ...call, ...(parent && { parent }) }),
      ),
    );
  }
  if (method !== 'POST') throw notAllowed();
  const input = { ...(await inputOf(call, kind)), ...belonging(parent) };
  return created(await certificates(entities).create(kind, input));
}

async function overItem(call: Call, kind: Kind, { key, parent }: Above & { key: string }): Promise<Reply> {
  const id = await certificates(call.entities).idFor(kind, key, call.method);
  const found = await findUnder(call.entities, kind, { key: id, parent });
  const act = itemActions[call.method];
  if (!act) throw notAllowed();
  return act({ ...call, kind, key, id, found, parent });
}

interface ItemCall extends Call {
  readonly kind: Kind;
  readonly key: string;
  /** The key, or the id that it stands for. */
  readonly id: string;
  readonly found: JsonObject | undefined;
  readonly parent: Above['parent'] | undefined;
}

const itemActions: Record<string, (call: ItemCall) => Promise<Reply>> = {
  GET: async ({ entities, kind, found }) => {
    if (!found) throw notFound();
    return ok(await certificates(entities).show(kind, found));
  },
  PUT: async (call) => {
    const { entities, kind, key, id, found, parent } = call;
    if (!kind.putByName && !isUuid(id)) throw unexpected();
    const name = key === id ? undefined : key;
    if (isNamedWithinParent(kind, call)) {
      const input = { group: key, ...(await inputOf(call, kind)), ...belonging(parent) };
      const own = found ? text(found.id) : randomUUID();
      return ok(await certificates(entities).replace(kind, { id: own, name }, input));
    }
    if (!found && parent && (await entities.find(kind, id))) throw notFound();
    const input = { ...(await inputOf(call, kind)), ...belonging(parent) };
    return ok(await certificates(entities).replace(kind, { id, name }, input));
  },
  PATCH: async (call) => {
    const { entities, kind, id, found, parent } = call;
    if (!found && parent) throw notFound();
    const target = found ? text(found.id) : id;
    return ok(await certificates(entities).update(kind, target, await inputOf(call, kind)));
  },
  DELETE: async ({ entities, kind, found, parent }) => {
    // Deleting what is not there is fine, except below another entity.
    if (found) await certificates(entities).remove(kind, found);
    else if (parent) throw notFound();
    return nothing;
  },
};

async function underItem(
  call: Call,
  kind: Kind,
  { key, below, nestedKey }: { key: string; below: string; nestedKey: string | undefined },
): Promise<Reply> {
  const { entities } = call;
  const referrer = referrersOf(kind).find(({ kind: inner }) => inner.nested === below);
  // Real Kong has this path in its list of endpoints, and answers 404.
  const reference =
    kind.name === 'snis' ? undefined : referencesOf(kind).find(({ field }) => field === below);
  if (!referrer && !reference) throw notFound();
  const above = await entities.find(kind, await certificates(entities).idFor(kind, key, call.method));
  if (!above) throw notFound();
  if (reference) {
    const id = idOf(above[reference.field]);
    if (id === undefined || nestedKey !== undefined) throw notFound();
    return overItem(call, reference.kind, { key: id });
  }
  if (!referrer) throw notFound();
  if (referrer.kind.name === 'targets') return targets(call, above, nestedKey);
  const parent = { field: referrer.field, id: text(above.id) };
  return nestedKey === undefined
    ? overCollection(call, referrer.kind, { parent })
    : overItem(call, referrer.kind, { key: nestedKey, parent });
}

/** An entity that belongs to the parent, if one is given. */
export async function findUnder(
  entities: Entities,
  kind: Kind,
  { key, parent }: { key: string; parent?: { field: string; id: string } | undefined },
): Promise<JsonObject | undefined> {
  if (parent && isNamedWithinParent(kind, { key, parent })) {
    const all = await entities.store.all(kind, { parent });
    return all.find((entity) => entity.group === key);
  }
  const found = await entities.find(kind, key);
  return found && (!parent || idOf(found[parent.field]) === parent.id) ? found : undefined;
}

/** A group is unique within its consumer only: many consumers are in one of the same name. */
function isNamedWithinParent(kind: Kind, { key, parent }: Pick<ItemCall, 'key' | 'parent'>): boolean {
  return kind.name === 'acls' && parent !== undefined && !isUuid(key);
}

const belonging = (parent: Above['parent'] | undefined): JsonObject =>
  parent ? { [parent.field]: { id: parent.id } } : {};

const inputOf = (call: Call, kind: Kind): Promise<JsonObject> =>
  readBody(call.request, (form) => schemaFor(kind, form, call.settings.plugins) ?? kind.schema);

const certificates = (entities: Entities): CertificateEntities => new CertificateEntities(entities);
