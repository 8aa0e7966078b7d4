import type { JsonObject } from '../json.js';
import { text, texts } from '../json.js';
import type { Field, RecordSchema } from '../schema/model.js';
import { fieldsOf, recorded } from '../schema/model.js';
import { routeParts, vaultParts } from '../schema/parts.js';

/** One kind of entity: where it is stored, and how the Admin API spells it. */
export interface Kind {
  /** Kong's name of it, as in `/schemas/{name}`. */
  readonly name: string;
  readonly table: string;
  /** Its collection, as in `/key-auths`. */
  readonly path: string;
  /** Its name below another entity, as in `/consumers/{id}/key-auth`. */
  readonly nested: string;
  readonly schema: RecordSchema;
  /** The field that may stand for the id in a path. */
  readonly endpointKey?: string;
  /** The fields that identify it together: a unique column, and the key it is cached under. */
  readonly cacheKey?: readonly string[];
  readonly inWorkspace: boolean;
  /** Rows may expire. */
  readonly ttl: boolean;
  /** Without a collection of its own in the Admin API. */
  readonly hidden?: boolean;
  /** Whether `PUT /collection/{name}` works (real Kong 3.9 answers 500 where it does not). */
  readonly putByName: boolean;
}

type Spelling = Partial<Omit<Kind, 'name' | 'schema'>>;

const credential = (path: string, nested: string, key: string): Spelling => ({
  path,
  nested,
  endpointKey: key,
  cacheKey: [key],
});

const spellings: Record<string, Spelling> = {
  certificates: {},
  ca_certificates: { inWorkspace: false },
  consumers: { endpointKey: 'username', cacheKey: ['id'] },
  vaults: { table: 'sm_vaults', endpointKey: 'prefix', cacheKey: ['prefix'] },
  key_sets: { path: 'key-sets', nested: 'key-sets', endpointKey: 'name', putByName: false },
  snis: { endpointKey: 'name' },
  services: { endpointKey: 'name', cacheKey: ['id'] },
  upstreams: { endpointKey: 'name' },
  keys: { endpointKey: 'name', cacheKey: ['kid', 'set'] },
  keyauth_credentials: { ...credential('key-auths', 'key-auth', 'key'), ttl: true },
  basicauth_credentials: credential('basic-auths', 'basic-auth', 'username'),
  hmacauth_credentials: credential('hmac-auths', 'hmac-auth', 'username'),
  jwt_secrets: credential('jwts', 'jwt', 'key'),
  oauth2_credentials: credential('oauth2', 'oauth2', 'client_id'),
  acls: { endpointKey: 'group', cacheKey: ['consumer', 'group'] },
  routes: { endpointKey: 'name' },
  targets: { endpointKey: 'target', cacheKey: ['upstream', 'target'], hidden: true },
  plugins: { endpointKey: 'instance_name', cacheKey: ['name', 'route', 'service', 'consumer'] },
  filter_chains: {
    path: 'filter-chains',
    nested: 'filter-chains',
    endpointKey: 'name',
    cacheKey: ['route', 'service'],
  },
  oauth2_tokens: { ttl: true, endpointKey: 'access_token', cacheKey: ['access_token'] },
};

/** In an order in which each comes after what it refers to. */
export const kinds: readonly Kind[] = Object.entries(spellings).map(([name, spelling]) => ({
  name,
  table: name,
  path: name,
  nested: name,
  inWorkspace: true,
  ttl: false,
  putByName: true,
  schema: recorded.entities[name] ?? {},
  ...spelling,
}));

export function kindNamed(name: string): Kind {
  const kind = kinds.find((candidate) => candidate.name === name);
  if (!kind) throw new Error(`Expected a kind of entity, got '${name}'`);
  return kind;
}

export interface Reference {
  readonly field: string;
  readonly kind: Kind;
  readonly definition: Field;
}

export const fieldsIn = (kind: Kind): [string, Field][] => [...fieldsOf(kind.schema)];

/** What an entity of this kind refers to. */
export const referencesOf = (kind: Kind): Reference[] =>
  fieldsIn(kind).flatMap(([field, definition]) =>
    definition.type === 'foreign' && definition.reference !== undefined
      ? [{ field, definition, kind: kindNamed(definition.reference) }]
      : [],
  );

/** Which kinds refer to this one, and by which field. */
export const referrersOf = (kind: Kind): Reference[] =>
  kinds.flatMap((referrer) =>
    referencesOf(referrer)
      .filter((reference) => reference.kind === kind)
      .map(({ field, definition }) => ({ field, definition, kind: referrer })),
  );

/** The schema with what the entity's own part (plugin, vault, route of a protocol) adds; undefined: no such part. */
export function schemaFor(
  kind: Kind,
  entity: JsonObject,
  plugins: ReadonlySet<string>,
): RecordSchema | undefined {
  const part = partOf(kind, entity, plugins);
  return part && merged(kind.schema, part);
}

function partOf(kind: Kind, entity: JsonObject, plugins: ReadonlySet<string>): RecordSchema | undefined {
  const name = text(entity.name);
  switch (kind.name) {
    case 'plugins':
      return plugins.has(name) ? (recorded.plugins[name]?.schema ?? unknownPlugin) : undefined;
    case 'vaults':
      return vaultParts[name];
    case 'routes':
      return texts(entity.protocols).flatMap((protocol) => routeParts[protocol] ?? [])[0] ?? {};
    default:
      return {};
  }
}

/** A plugin whose schema was not recorded takes any configuration. */
const unknownPlugin: RecordSchema = {
  fields: [{ config: { type: 'map', keys: { type: 'string' }, values: { type: 'json' }, default: {} } }],
};

const memory = new WeakMap<RecordSchema, WeakMap<RecordSchema, RecordSchema>>();

function merged(base: RecordSchema, part: RecordSchema): RecordSchema {
  const known = memory.get(base) ?? new WeakMap<RecordSchema, RecordSchema>();
  memory.set(base, known);
  let schema = known.get(part);
  if (!schema) {
    const fields = Object.fromEntries([...fieldsOf(base), ...fieldsOf(part)]);
    schema = {
      fields: [fields],
      entity_checks: [...(part.entity_checks ?? []), ...(base.entity_checks ?? [])],
    };
    known.set(part, schema);
  }
  return schema;
}
