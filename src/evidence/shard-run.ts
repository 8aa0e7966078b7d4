/** A run of one shard, as it lies in its folder: what it says of itself as a whole is at hand, its cases stay in the file. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkJournal } from '../journal/check-journal.js';
import { journalFileName } from '../journal/journal.js';
import { readJournal } from '../journal/read-journal.js';
import { DrillError } from '../model/drill-error.js';
import type { EventOf, JournalEvent, Shard } from '../model/journal.js';
import { findRuns } from './find-runs.js';
import { unstartedIn } from './unstarted.js';
import type { Unstarted } from './unstarted.js';

export interface ShardRun {
  readonly folder: string;
  readonly started: EventOf<'run-started'>;
  readonly shard: Shard;
  /** The events that belong to no case, in their order. */
  readonly ofRun: readonly JournalEvent[];
}

type Beginning = Pick<ShardRun, 'folder' | 'started' | 'shard'>;

/** The whole journal, one event at a time. */
export function eventsOf({ folder }: Pick<ShardRun, 'folder'>): Iterable<JournalEvent> {
  return readJournal(join(folder, journalFileName));
}

export interface FoundShards {
  readonly shards: readonly ShardRun[];
  /** Those that broke before they were started. */
  readonly unstarted: readonly Unstarted[];
}

/**
 * The shards at each path, which is the folder of a run or of reports; of those in one folder of reports the newest of each number.
 * @throws DrillError `usage` where a path leads to none.
 */
export async function findShards(paths: readonly string[]): Promise<FoundShards> {
  const found = await Promise.all(paths.map(shardsAt));
  return {
    shards: found.flatMap(({ shards }) => shards),
    unstarted: found.flatMap(({ unstarted }) => unstarted),
  };
}

/** @throws DrillError `usage` where it is no run, or ran all of its cases. */
export async function readShardRun(folder: string): Promise<ShardRun> {
  const beginning = await beginningOf(folder);
  if (!beginning) throw noShard(folder);
  return { ...beginning, ofRun: [...eventsOf({ folder })].filter((it) => it.case === undefined) };
}

/** The events of a kind that belong to no case. */
export function ownEvents<K extends JournalEvent['kind']>(
  { ofRun }: ShardRun,
  kind: K,
): readonly EventOf<K>[] {
  return ofRun.filter((it): it is EventOf<K> => it.kind === kind);
}

async function shardsAt(path: string): Promise<FoundShards> {
  if (!existsSync(path)) throw nothingLeft(path);
  const unstarted = await unstartedIn(path);
  const runs = await findRuns([path]).catch((error: unknown) => {
    if (unstarted.length === 0) throw error;
    return [];
  });
  const broken = new Set(unstarted.map(({ drill }) => drill));
  const found = await Promise.all(runs.map(beginningOf));
  const beginnings = found.flatMap((it) => it ?? []).filter(({ started }) => !broken.has(started.drill.name));
  // Runs of a folder are in the order in which they began: a later one takes the place of an earlier one.
  const splits = new Map(beginnings.map(({ started, shard }) => [started.drill.name, splitOf(shard)]));
  const newest = new Map(
    beginnings
      .filter(({ started, shard }) => splits.get(started.drill.name) === splitOf(shard))
      .map(({ folder, started, shard }) => [`${started.drill.name} ${shard.index}`, folder]),
  );
  if (newest.size + unstarted.length === 0) throw noShard(path);
  return { shards: await Promise.all([...newest.values()].map(readShardRun)), unstarted };
}

const splitOf = ({ of, cases }: Shard): string => JSON.stringify([of, cases]);

/** `undefined` where the run is gone, broke before it began, or is no shard. */
async function beginningOf(folder: string): Promise<Beginning | undefined> {
  const started = firstEvent(folder);
  if (started?.kind !== 'run-started') return undefined;
  if ((await checkJournal([started])).length > 0) return undefined;
  return started.shard && { folder, started, shard: started.shard };
}

/** `undefined` where there is no journal, or none that can be read. */
export function firstEvent(folder: string): JournalEvent | undefined {
  try {
    const [first] = eventsOf({ folder });
    return first;
  } catch {
    return undefined;
  }
}

function nothingLeft(path: string): DrillError {
  return new DrillError(
    'usage',
    `no shard at ${path}: there is nothing of that name`,
    'look at what the machine said that was to write it; then give the reports folders of all machines',
  );
}

function noShard(path: string): DrillError {
  return new DrillError(
    'usage',
    `no shard at ${path}: expected a run that was started with --shard`,
    'give the reports folders of all machines, as in kong-drill merge shard-1/reports shard-2/reports',
  );
}
