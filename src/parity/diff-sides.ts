/** The two sides of a comparison, made ready: what is compared, by kind, and what ids mean on the other side. */
import { isObject } from '../model/entity.js';
import type { Entity, Json, Snapshot } from '../model/entity.js';
import { groupBy } from './group.js';
import type { Kind } from './kind.js';
import { isKnownKind, kindNamed, rankOf } from './kinds.js';

export interface Side {
  readonly snapshot: Snapshot;
  readonly byKind: ReadonlyMap<string, readonly Entity[]>;
  readonly unread: ReadonlySet<string>;
  /** Entities of a kind by id, made when first asked for. */
  readonly ids: (kind: string) => ReadonlyMap<string, Entity>;
}

export function sideOf(snapshot: Snapshot, exclude: (entity: Entity) => boolean): Side {
  const byKind = withoutExcluded(
    groupBy(snapshot.entities, ({ kind }) => kind),
    exclude,
  );
  const ids = new Map<string, ReadonlyMap<string, Entity>>();
  return {
    snapshot,
    byKind,
    unread: new Set(snapshot.unread.map(({ kind }) => kind)),
    ids: (kind) => {
      const known = ids.get(kind) ?? new Map((byKind.get(kind) ?? []).map((entity) => [entity.id, entity]));
      ids.set(kind, known);
      return known;
    },
  };
}

/** The kinds that both sides can hold, in dependency order. */
export function kindsOf(before: Side, after: Side): string[] {
  const names = new Set([before, after].flatMap((side) => [...side.byKind.keys(), ...side.unread]));
  return [...names]
    .filter((name) => isHeld(name, before, after) && isHeld(name, after, before))
    .sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
}

/** Whether nobody knows if one of the sides could show this kind at all: one of them, read in another way, has none of it. */
export function isHiddenPerhaps(name: string, before: Side, after: Side): boolean {
  if (isKnownKind(name) || before.snapshot.source === after.snapshot.source) return false;
  return !before.byKind.has(name) || !after.byKind.has(name);
}

/** The id in a foreign key, `{ id }`. */
export function idIn(value: Json | undefined): string | undefined {
  return isObject(value) && typeof value.id === 'string' ? value.id : undefined;
}

export const syntheticPrefix = 'deck:';

/** Whether an id is Kong's own, and not made up for an entity of a decK file that has none. */
export function isRealId(id: string): boolean {
  return !id.startsWith(syntheticPrefix);
}

/** Whether `side` could hold this kind at all, given where it was read: a decK file knows no sessions. */
function isHeld(name: string, side: Side, other: Side): boolean {
  const { source } = side.snapshot;
  if (source === other.snapshot.source || !isKnownKind(name)) return true;
  const row: Kind = kindNamed(name);
  switch (source) {
    case 'database':
      return row.table !== undefined;
    case 'deck-file':
      return row.deck !== undefined;
    case 'admin-api':
      // Without workspaces in the Admin API (OSS) there is only the default one.
      return row.admin !== undefined && (name !== 'workspaces' || side.byKind.has(name));
  }
}

/** What belongs to an excluded entity is excluded with it: the key of a canary consumer, the plugin of a canary route. */
function withoutExcluded(
  groups: Map<string, Entity[]>,
  exclude: (entity: Entity) => boolean,
): Map<string, Entity[]> {
  const gone = new Map<string, Set<string>>();
  const names = [...groups.keys()].sort((a, b) => rankOf(a) - rankOf(b));
  for (const name of names) {
    const parents = Object.entries(kindNamed(name).parents).filter(([, parent]) => gone.has(parent));
    const isGone = (entity: Entity): boolean =>
      exclude(entity) ||
      parents.some(([field, parent]) => gone.get(parent)?.has(idIn(entity.fields[field]) ?? '') ?? false);
    const group = groups.get(name) ?? [];
    const kept = group.filter((entity) => !isGone(entity));
    if (kept.length === group.length) continue;
    gone.set(name, new Set(group.filter(isGone).map((entity) => entity.id)));
    groups.set(name, kept);
  }
  return groups;
}
