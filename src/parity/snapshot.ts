/** What every way of reading Kong has in common: its options, and a snapshot put together from what was read. */
import type { Entity, Snapshot } from '../model/entity.js';
import type { Clock } from '../system/clock.js';
import { canonicalContext } from './canonical.js';
import type { CanonicalContext } from './canonical.js';
import { groupBy } from './group.js';
import type { Kind, Role } from './kind.js';
import { rankOf } from './kinds.js';
import { secretHasher } from './secrets.js';

export interface ReadOptions {
  /** The key that secrets are hashed with; snapshots to be compared need the same. */
  readonly secretKey: string;
  readonly clock: Pick<Clock, 'utc'>;
  /** Which roles are read; configuration, runtime and bookkeeping by default. Counters and the ephemeral mean nothing later. */
  readonly roles?: readonly Role[];
  /** Only these workspaces; all by default. */
  readonly workspaces?: readonly string[];
  /** Requests under way at once; 8 by default. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  /** Told of every secret before it is hashed, so that it can be kept out of records. */
  readonly onSecret?: (secret: string) => void;
}

export type Unread = Snapshot['unread'][number];

/** What is being gathered. */
export interface Reading {
  readonly entities: Entity[];
  readonly unread: Unread[];
  readonly canonical: CanonicalContext;
  readonly secretKeyId: string;
  readonly takenAtS: number;
}

export function beginReading({ secretKey, clock, onSecret }: ReadOptions): Reading {
  const hasher = secretHasher(secretKey, onSecret);
  const takenAtS = clock.utc().getTime() / 1_000;
  return {
    entities: [],
    unread: [],
    canonical: canonicalContext(hasher, takenAtS),
    secretKeyId: hasher.id,
    takenAtS,
  };
}

const usualRoles: readonly Role[] = ['configuration', 'runtime', 'bookkeeping'];

export function isWanted({ role }: Kind, { roles = usualRoles }: ReadOptions): boolean {
  return roles.includes(role);
}

/** In the dependency order of the kinds, then by workspace and id, in whatever order it was read. */
export function finishReading(source: Snapshot['source'], reading: Reading): Snapshot {
  const { secretKeyId, takenAtS, entities, unread } = reading;
  return { source, takenAtS, secretKeyId, entities: inOrder(entities), unread: [...unread].sort(byKind) };
}

/** How many entities of each kind, in their order. */
export function countByKind({ entities }: Pick<Snapshot, 'entities'>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of entities) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function inOrder(entities: readonly Entity[]): readonly Entity[] {
  const byKindName = groupBy(entities, ({ kind }) => kind);
  return [...byKindName.keys()]
    .sort((a, b) => rankOf(a) - rankOf(b) || compareText(a, b))
    .flatMap((kind) => (byKindName.get(kind) ?? []).sort(byPlace));
}

function byPlace(a: Entity, b: Entity): number {
  return compareText(a.workspace, b.workspace) || compareText(a.id, b.id);
}

function byKind(a: Unread, b: Unread): number {
  return rankOf(a.kind) - rankOf(b.kind) || compareText(a.kind, b.kind);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
