/** Entities of Kong in the one canonical form that snapshots keep and parity compares. */

/** A value of an entity, as JSON has it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One entity as read, its secrets already replaced by keyed hashes (`hmac:<key id>:<digest>`). */
export interface Entity {
  readonly kind: string;
  readonly id: string;
  readonly workspace: string;
  /** Every field but the id; foreign keys stay `{ id }`. */
  readonly fields: JsonObject;
}

/** All that Kong held at one moment, in the dependency order of the kinds, then by id. */
export interface Snapshot {
  readonly source: 'admin-api' | 'database' | 'deck-file';
  /** When the reading began, in seconds since the epoch: what expires by itself before then is not lost. */
  readonly takenAtS: number;
  /** Which key the secrets were hashed with; two snapshots with different ids cannot be compared. */
  readonly secretKeyId: string;
  readonly entities: readonly Entity[];
  /** Kinds that could not be read, with the reason: lack of proof is never a pass. */
  readonly unread: readonly { readonly kind: string; readonly reason: string }[];
}

/** The kinds of configuration that Kong OSS has, as drill files and reports name them. */
export const entityKindWords = [
  'workspaces',
  'certificates',
  'ca-certificates',
  'vaults',
  'key-sets',
  'consumers',
  'keys',
  'snis',
  'services',
  'upstreams',
  'targets',
  'routes',
  'key-auth',
  'basic-auth',
  'hmac-auth',
  'jwt',
  'oauth2',
  'acls',
  'plugins',
  'filter-chains',
] as const;
