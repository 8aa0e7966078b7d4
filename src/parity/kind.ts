/** What is known of one kind of entity: a row of the table in `kinds.ts`. */
import type { KindComparison } from '../model/journal.js';
import { memberOf } from './json.js';

export type Role = KindComparison['role'];

/** How the Admin API lists a kind. */
export type AdminAccess =
  | { readonly how: 'collection'; readonly path: string }
  /** Below each entity of another kind: `/upstreams/{id}/targets`. */
  | {
      readonly how: 'nested';
      readonly under: string;
      readonly below: string;
      readonly path: string;
      /** The field that refers to the entity above. */
      readonly field: string;
    }
  /** A relation, listed as the entities at its other end: `/consumer_groups/{id}/consumers`. */
  | {
      readonly how: 'members';
      readonly under: string;
      readonly below: string;
      readonly path: string;
      readonly field: string;
      readonly member: string;
    };

export interface Kind {
  /** The name in drill files, reports and snapshots. */
  readonly name: string;
  readonly role: Role;
  readonly edition: 'oss' | 'enterprise';
  readonly admin?: AdminAccess;
  readonly table?: string;
  /** The section of a decK file, at its top or below the parent. */
  readonly deck?: string;
  /** Kong's own name, as in `/schemas/{name}`. */
  readonly schema?: string;
  /** True where an entity belongs to no workspace. */
  readonly global: boolean;
  /**
   * The natural key: the first of these whose leading field is there. A field that refers to another entity counts as what it
   * points to. Empty: the id.
   */
  readonly keys: readonly (readonly string[])[];
  /** Fields that say where the entity belongs: field → kind. Another value there is `re-parented`. */
  readonly parents: Readonly<Record<string, string>>;
  /** Fields, or lists of ids, that refer to others without belonging to them: field → kind. */
  readonly references: Readonly<Record<string, string>>;
  /** Fields whose values are secret, with dots. */
  readonly secrets: readonly string[];
  /** True where nobody has said which fields are secret: their names tell. */
  readonly secretsByName: boolean;
  /** Lists whose order has no meaning, besides `tags`. */
  readonly sets: readonly string[];
  /** Fields that follow from other kinds. */
  readonly derived: readonly string[];
  /** Rows that expire: `ttl` is kept as `expires_at`, in seconds since the epoch. */
  readonly expires: boolean;
  /** Fields that are legitimately other after a path that makes entities anew; ids are a matter of the level. */
  readonly differs: Readonly<Record<RemakingStage, readonly string[]>>;
}

/** The stages that make entities anew, through the Admin API. */
export type RemakingStage = 'deck-sync' | 'ci-replay';

/** What `kind` leaves out is the usual. */
type Given = Partial<Omit<Kind, 'name' | 'admin' | 'deck' | 'differs'>> & {
  readonly admin?: string | AdminAccess;
  readonly deck?: string | false;
  readonly differs?: readonly string[];
};

const times = ['created_at', 'updated_at'];

export function kind(name: string, given: Given): Kind {
  const { admin, deck, differs = [], expires = false, ...rest } = given;
  const anew = [...times, ...(expires ? ['expires_at'] : []), ...differs];
  return {
    name,
    role: 'configuration',
    edition: 'oss',
    global: false,
    keys: [],
    parents: {},
    references: {},
    secrets: [],
    secretsByName: false,
    sets: [],
    derived: [],
    expires,
    differs: { 'deck-sync': anew, 'ci-replay': anew },
    ...(admin === undefined
      ? {}
      : { admin: typeof admin === 'string' ? { how: 'collection', path: admin } : admin }),
    ...(deck === undefined || deck === false ? {} : { deck }),
    ...rest,
  };
}

/** The row of what no row names: known by its name where it has one, else by its id or by all that it says. */
export function genericKind(name: string, given: Given = {}): Kind {
  return kind(name, { secretsByName: true, keys: [['name']], ...given });
}

/** The kind that a field refers to, be it a parent or not. */
export function targetOf(field: string, { parents, references }: Kind): string | undefined {
  return memberOf(parents, field) ?? memberOf(references, field);
}
