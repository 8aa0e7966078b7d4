import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../json.js';
import { isUuid, text } from '../json.js';
import { checkRecord } from '../schema/check.js';
import type { Context } from '../schema/fill.js';
import { fill, merge, present } from '../schema/fill.js';
import type { RecordSchema } from '../schema/model.js';
import type { Problems } from '../schema/problems.js';
import { caStillReferenced, missingReference, noSuchEntity, schemaViolation } from './errors.js';
import { hooks, isNamedReference, splitTtl } from './hooks.js';
import type { Kind, Reference } from './kinds.js';
import { kinds, referencesOf, referrersOf, schemaFor } from './kinds.js';
import type { Filter, Store } from './store.js';

export interface Written {
  readonly kind: Kind;
  readonly operation: 'create' | 'update' | 'delete';
  readonly entity: JsonObject;
  readonly old?: JsonObject;
}

/** Reads and writes entities with all of Kong's rules. Throws a Refusal for what Kong refuses. */
export class Entities {
  readonly store: Store;
  readonly #plugins: ReadonlySet<string>;
  readonly #announce: (written: Written) => Promise<void>;

  constructor(store: Store, plugins: ReadonlySet<string>, announce: (written: Written) => Promise<void>) {
    this.store = store;
    this.#plugins = plugins;
    this.#announce = announce;
  }

  /** By id, or by the field that may stand for it. */
  async find(kind: Kind, key: string): Promise<JsonObject | undefined> {
    if (isUuid(key)) return this.store.find(kind, 'id', key);
    return kind.endpointKey === undefined ? undefined : this.store.find(kind, kind.endpointKey, key);
  }

  /** What the Admin API shows of a stored entity. */
  show(kind: Kind, stored: JsonObject): JsonObject {
    const shown = present(this.#schema(kind, stored) ?? kind.schema, stored);
    return kind.ttl ? { ...shown, ttl: stored.ttl ?? null } : shown;
  }

  page(kind: Kind, size: number, filter: Filter): Promise<JsonObject[]> {
    return this.store.page(kind, size, filter);
  }

  async create(kind: Kind, input: JsonObject): Promise<JsonObject> {
    const entity = await this.#prepare(kind, input, { context: 'insert' });
    const saved = await this.store.save(kind, entity, { replace: false });
    await this.#announce({ kind, operation: 'create', entity: saved });
    return saved;
  }

  /** Creates or replaces the entity whose id or name is `key`. */
  async replace(kind: Kind, key: string, input: JsonObject): Promise<JsonObject> {
    const old = await this.find(kind, key);
    const named = isUuid(key) || kind.endpointKey === undefined ? {} : { [kind.endpointKey]: key };
    const id = isUuid(key) ? key : (old?.id ?? input.id ?? randomUUID());
    const entity = await this.#prepare(kind, { ...named, ...input, id }, { context: 'upsert' });
    const saved = await this.store.save(kind, entity, { replace: true });
    await this.#announce({
      kind,
      operation: old ? 'update' : 'create',
      entity: saved,
      ...(old && { old }),
    });
    return saved;
  }

  async update(kind: Kind, key: string, input: JsonObject): Promise<JsonObject> {
    const old = await this.find(kind, key);
    if (!old) throw noSuchEntity({ [isUuid(key) ? 'id' : (kind.endpointKey ?? 'id')]: key });
    const entity = await this.#prepare(kind, input, { context: 'update', old });
    const saved = await this.store.save(kind, entity, { replace: true });
    await this.#announce({ kind, operation: 'update', entity: saved, old });
    return saved;
  }

  /** Deletes an entity and, as the database does, those that go with it. */
  async remove(kind: Kind, entity: JsonObject): Promise<void> {
    const id = text(entity.id);
    if (kind.name === 'ca_certificates') await this.#refuseIfCaIsUsed(id);
    const dependents = await this.#dependents(kind, id);
    await this.store.remove(kind, id);
    for (const dependent of dependents) await this.#announce({ ...dependent, operation: 'delete' });
    await this.#announce({ kind, operation: 'delete', entity });
  }

  /** The problems of an entity as `POST /schemas/…/validate` reports them. */
  async validate(kind: Kind, input: JsonObject): Promise<void> {
    await this.#prepare(kind, input, { context: 'insert' });
  }

  #schema(kind: Kind, entity: JsonObject): RecordSchema | undefined {
    return schemaFor(kind, entity, this.#plugins);
  }

  /** The complete entity to store, or a Refusal. */
  async #prepare(
    kind: Kind,
    request: JsonObject,
    { context, old }: { context: Context; old?: JsonObject },
  ): Promise<JsonObject> {
    const problems: Problems = {};
    const { ttl, rest } = kind.ttl ? splitTtl(request, problems) : { ttl: undefined, rest: request };
    const own = hooks[kind.name] ?? {};
    const given = await this.#resolveNames(kind, own.input?.(rest) ?? rest);
    const schema = this.#schema(kind, { ...old, ...withDefaults(kind, given, old) });
    if (!schema) throw schemaViolation(noPart(kind, given));
    const filled = fill(schema, given, context);
    const entity = old ? merge(schema, filled.value, old) : filled.value;
    if (kind.ttl) delete entity.ttl;
    refuseProblems(kind, schema, { entity, given, problems: { ...problems, ...filled.problems } });
    const stored = own.stored?.(entity, given) ?? entity;
    return kind.ttl ? { ...stored, ttl: ttl ?? old?.ttl ?? null } : stored;
  }

  /** `{ name }` instead of `{ id }` in references, as Kong allows. */
  async #resolveNames(kind: Kind, input: JsonObject): Promise<JsonObject> {
    const out = { ...input };
    for (const { field, kind: target } of referencesOf(kind)) {
      const value = out[field];
      if (!isNamedReference(value, target.endpointKey)) continue;
      const found = await this.find(target, text(value[target.endpointKey ?? '']));
      if (!found) throw missingReference(field, value, target.name);
      out[field] = { id: found.id ?? null };
    }
    return out;
  }

  async #dependents(kind: Kind, id: string): Promise<Omit<Written, 'operation'>[]> {
    const found: Omit<Written, 'operation'>[] = [];
    for (const referrer of referrersOf(kind).filter(cascades)) {
      const filter = { parent: { field: referrer.field, id } };
      for (const entity of await this.store.all(referrer.kind, filter)) {
        found.push(...(await this.#dependents(referrer.kind, text(entity.id))), {
          kind: referrer.kind,
          entity,
        });
      }
    }
    return found;
  }

  async #refuseIfCaIsUsed(id: string): Promise<void> {
    for (const kind of kinds.filter(({ name }) => name === 'services')) {
      const referrer = await this.store.referrerOfCa(kind, id);
      if (referrer) throw caStillReferenced(id, kind.name, text(referrer.id));
    }
  }
}

function refuseProblems(
  kind: Kind,
  schema: RecordSchema,
  { entity, given, problems }: { entity: JsonObject; given: JsonObject; problems: Problems },
): void {
  const found = { ...checkRecord(schema, entity, nameOf(kind, entity)), ...problems };
  const problem = hooks[kind.name]?.check?.(entity, given);
  if (problem !== undefined) found['@entity'] = [problem, ...entityProblems(found)];
  if (Object.keys(found).length > 0) throw schemaViolation(found);
}

const cascades = ({ definition }: Reference): boolean => definition.on_delete === 'cascade';

/** Which part of the schema applies can depend on a field's default. */
function withDefaults(kind: Kind, given: JsonObject, old: JsonObject | undefined): JsonObject {
  return old || kind.name !== 'routes' ? given : { protocols: ['http', 'https'], ...given };
}

function noPart(kind: Kind, given: JsonObject): Problems {
  const name = text(given.name);
  if (!name) return { name: 'required field missing' };
  return {
    name:
      kind.name === 'plugins'
        ? `plugin '${name}' not enabled; add it to the 'plugins' configuration property`
        : `vault '${name}' is not installed`,
  };
}

const nameOf = (kind: Kind, entity: JsonObject): string =>
  kind.name === 'vaults' ? `vaults.${text(entity.name)}` : kind.name;

const entityProblems = (problems: Problems): string[] =>
  Array.isArray(problems['@entity']) ? problems['@entity'].filter((item) => typeof item === 'string') : [];
