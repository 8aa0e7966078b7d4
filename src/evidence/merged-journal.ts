/**
 * The journal of a merged run: what the journals of its shards say, as one machine would have written it. A pure function of theirs,
 * so that anybody who has them can make it again, byte for byte.
 *
 *   shard 1 ─┐                 ┌─ run-started, naming all cases and all shards
 *   shard 2 ─┼─► one journal ──┼─ the events of each case as they were recorded, with their own times
 *   shard 3 ─┘                 └─ run-ended, where all shards have ended
 */
import { isDeepStrictEqual } from 'node:util';
import type { EventOf, JournalEvent, Merged } from '../model/journal.js';
import { judge } from '../verdict/judge.js';
import { eventsOf, ownEvents } from './shard-run.js';
import type { ShardRun } from './shard-run.js';

type Host = Merged['shards'][number]['host'];

/** Lines of the file. @param shards of one run, see `expectOneRun`. */
export function* mergedLines(shards: readonly ShardRun[], runId: string): Generator<string> {
  const inOrder = shards.toSorted((a, b) => a.shard.index - b.shard.index);
  for (const event of withEnd(inOrder, runId)) yield `${JSON.stringify(event)}\n`;
}

function* withEnd(shards: readonly ShardRun[], runId: string): Generator<JournalEvent> {
  let last: JournalEvent | undefined;
  let lastMs = 0;
  for (const event of numbered(shards, runId)) {
    last = event;
    lastMs = Math.max(lastMs, event.t);
    yield event;
  }
  if (!last || !shards.every((it) => ownEvents(it, 'run-ended').length > 0)) return;
  const { verdict, exitCode } = judge(numbered(shards, runId));
  yield { seq: last.seq + 1, t: lastMs, kind: 'run-ended', exitCode, verdict };
}

/** In one row of numbers. */
function* numbered(shards: readonly ShardRun[], runId: string): Generator<JournalEvent> {
  let seq = 0;
  for (const event of unnumbered(shards, runId)) {
    yield { ...event, seq };
    seq += 1;
  }
}

function* unnumbered(shards: readonly ShardRun[], runId: string): Generator<JournalEvent> {
  yield* headOf(shards, runId);
  for (const shard of shards) for (const event of eventsOf(shard)) yield* ofCases(event, shard);
}

function* headOf(shards: readonly ShardRun[], runId: string): Generator<JournalEvent> {
  yield startOf(shards, runId);
  const runs = shards.flatMap((it) => ownEvents(it, 'earlier-runs')).flatMap((it) => it.runs);
  const known = [...new Map(runs.map((it) => [it.runId, it])).values()];
  const head = { seq: 0, t: 0 } as const;
  yield { ...head, kind: 'earlier-runs', runs: known.toSorted((a, b) => (a.utc < b.utc ? -1 : 1)) };
  yield* shards.flatMap((it) => ownEvents(it, 'programme')).slice(0, 1);
  yield { ...head, kind: 'host', facts: sharedFacts(shards.map(hostOf)) };
  const software = shards.flatMap((it) => ownEvents(it, 'software')).flatMap((it) => it.software);
  yield { ...head, kind: 'software', software: [...new Map(software.map((it) => [it.name, it])).values()] };
  yield* shards.flatMap((it) => ownEvents(it, 'images-pulled'));
  yield* shards.flatMap((it) => [...ownEvents(it, 'note'), ...ownEvents(it, 'interrupted')]);
}

function startOf(shards: readonly ShardRun[], runId: string): JournalEvent {
  const [first] = shards;
  if (!first) throw new RangeError('a run is merged from one shard or more');
  const started = { ...first.started };
  delete started.shard;
  const ran = new Set(shards.flatMap((it) => it.started.cases.map((one) => one.case)));
  return {
    ...started,
    seq: 0,
    runId,
    utc: shards.map((it) => it.started.utc).sort()[0] ?? started.utc,
    cases: first.shard.cases
      .filter((it) => ran.has(it.case))
      .map(({ case: id, recovery, repetition }) => ({ case: id, recovery, repetition })),
    skipped: skippedBy(shards),
    people: Object.assign({}, ...shards.toReversed().map((it) => it.started.people ?? {})) as Host,
    merged: { of: first.shard.of, shards: shards.map(partOf) },
  };
}

function partOf(run: ShardRun): Merged['shards'][number] {
  const { runId, utc, ciLink, cases } = run.started;
  return {
    index: run.shard.index,
    runId,
    utc,
    ...(ciLink !== undefined && { ciLink }),
    host: hostOf(run),
    cases: cases.map((it) => it.case),
  };
}

/** In the order of the plan; what was left out on purpose comes first. */
function skippedBy(shards: readonly ShardRun[]): EventOf<'run-started'>['skipped'] {
  const all = shards.flatMap((it) => it.started.skipped);
  const order = shards[0]?.shard.cases.map((it) => it.recovery) ?? [];
  const known = [...new Map(all.toReversed().map((it) => [it.recovery, it])).values()].toReversed();
  return known.toSorted((a, b) => order.indexOf(a.recovery) - order.indexOf(b.recovery));
}

function hostOf(run: ShardRun): Host {
  return Object.assign({}, ...ownEvents(run, 'host').map((it) => it.facts)) as Host;
}

/** What all machines have in common; the rest stands with each shard. */
function sharedFacts([first = {}, ...others]: readonly Host[]): Host {
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((it) => isDeepStrictEqual(it[name], value))),
  );
}

/** What was done once for all cases of a shard is a fact of each of them, and of no others. */
function ofCases(event: JournalEvent, { started }: ShardRun): readonly JournalEvent[] {
  if (event.case !== undefined) return [event];
  if (event.kind !== 'artifact' && event.kind !== 'cleaned-up') return [];
  return started.cases.map((it) => ({ ...event, case: it.case }));
}
