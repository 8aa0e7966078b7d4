/**
 * The clocks of a case, from what its probe streams and snapshots saw. Pure; the run's `settled` and the verdict use the same.
 *
 *   samples ──> one finding per stream and class (rto-stream.ts) ──> the latest of all: the clock
 *                                                               └──> the latest of each node: perNode
 */
import type { EventOf, Sample, Stream, StreamClock } from '../model/journal.js';
import type { CaseResult, ClockResult, Interval } from '../model/verdict.js';
import { classesOf, findOutages, proofsOf } from './rto-stream.js';
import type { StreamFinding, WatchContext, WatchedStream } from './rto-stream.js';
import { between, earliest, latest, outcomeOf, since } from './uncertainty.js';

export { classesOf } from './rto-stream.js';
export type { WatchContext, WatchedStream } from './rto-stream.js';

/** Streams that tell of a clock: config is only there while Kong can also ask its database. */
const streamClocks: Readonly<Record<StreamClock, readonly StreamClock[]>> = {
  traffic: ['traffic'],
  uncached: ['uncached'],
  config: ['config', 'uncached'],
};

/** What the streams of each class saw; streams that take turns are taken apart. */
export function findings(streams: readonly WatchedStream[], context: WatchContext): readonly StreamFinding[] {
  return streams.flatMap(classesOf).map((watched) => findOutages(watched, context));
}

/**
 * The traffic or the config clock. Give all streams of the case, without those whose class is declared lost; the clock
 * takes its own. Milliseconds since the failure was issued.
 */
export function clockOf(
  clock: 'traffic' | 'config',
  streams: readonly WatchedStream[],
  context: WatchContext,
): ClockResult {
  return clockFrom(clock, findings(streamsOf(clock, streams), context));
}

/**
 * Whether the service that a clock stands for was absent at some moment after the failure that was asked about before
 * recovery began, by the same proofs as its RTO. At least two probes of each stream are looked at.
 * @returns `unknown` where nothing that asked for it was answered.
 */
export function impactOf(
  clock: StreamClock,
  streams: readonly WatchedStream[],
  context: WatchContext & { readonly recoverMs: number },
): 'outage' | 'none' | 'unknown' {
  const { issuedMs, recoverMs } = context;
  const seen = streamsOf(clock, streams).flatMap((watched) => {
    const untilMs = Math.max(recoverMs, issuedMs + 2 * watched.stream.spacingMs);
    const some = watched.samples.filter((sample) => sample[1] < untilMs);
    return proofsOf(watched, context, some)
      .filter(({ toMs }) => toMs >= issuedMs)
      .map(({ serves }) => ({ serves, own: watched.stream.clock === clock }));
  });
  if (seen.some(({ serves }) => !serves)) return 'outage';
  return seen.some(({ own }) => own) ? 'none' : 'unknown';
}

function streamsOf(clock: StreamClock, streams: readonly WatchedStream[]): readonly WatchedStream[] {
  return streams.filter(({ stream }) => streamClocks[clock].some((one) => one === stream.clock));
}

/**
 * The parity clock: [start of the last unequal snapshot, end of the first equal one after it], since the failure was
 * issued. A snapshot that could not be read counts as unequal: what cannot be read is not there.
 */
export function parityClock(snapshots: readonly EventOf<'snapshot'>[], issuedMs: number): ClockResult {
  const after = snapshots.filter((snapshot) => snapshot.endedMs >= issuedMs);
  const unequalAt = after.findLastIndex((snapshot) => !snapshot.equal);
  const unequal = after[unequalAt];
  const equal = after[unequalAt + 1];
  const common = { clock: 'parity' as const, floorMs: longestGapMs(after), perNode: [] };
  if (after.length === 0)
    return { ...common, seen: 'unknown', why: 'no snapshot was taken after the failure' };
  const moment: Interval = {
    lowerMs: unequal?.beganMs ?? issuedMs,
    upperMs: equal?.endedMs ?? null,
  };
  const why = `the last snapshot still differed${unequal?.error === undefined ? '' : `: ${unequal.error}`}`;
  const seen = unequal ? 'outage' : 'none';
  return { ...common, seen, rto: since(issuedMs, moment), ...(equal ? {} : { why }) };
}

/** Whether there is nothing left to wait for, and else what is waited for; the decision that ends the observe phase. */
export interface Settled {
  readonly settled: boolean;
  readonly waitingFor: readonly string[];
}

export interface SettledContext extends WatchContext {
  /** Classes that may never come back, and are not waited for. */
  readonly except?: readonly string[];
}

/**
 * Settled when every stream has seen its whole window without a failure.
 * @param nowMs a probe that is still unanswered may yet fail: nothing sent after the oldest such probe is looked at.
 */
export function settled(streams: readonly WatchedStream[], context: SettledContext, nowMs: number): Settled {
  const { except = [] } = context;
  const known = streams.map(({ stream, samples }) => ({
    stream,
    samples: answeredInOrder(stream, samples, nowMs),
  }));
  const waitingFor = findings(known, context)
    .filter(({ stream }) => !except.includes(stream.class))
    .filter(({ seen, rto }) => seen === 'unknown' || rto?.upperMs === null)
    .map(({ stream, why }) => `${stream.class} on ${stream.node}: ${why ?? 'not seen to recover'}`);
  return { settled: waitingFor.length === 0, waitingFor };
}

/** The samples before the oldest probe that may still be under way. */
export function answeredInOrder(
  stream: Stream,
  samples: readonly Sample[],
  nowMs: number,
): readonly Sample[] {
  const ended = new Set(samples.map(([index]) => index));
  const oldest = Math.max(0, Math.ceil((nowMs - stream.timeoutMs - stream.t0Ms) / stream.spacingMs));
  let index = oldest;
  while (ended.has(index)) index += 1;
  return samples.filter((sample) => sample[0] < index);
}

/** Every outage of every stream, for a timeline; an end that was not seen is where the stream's samples end. */
export function outagesSeen(found: readonly StreamFinding[], lastMs: number): CaseResult['outages'] {
  return found.flatMap(({ stream, outages }) =>
    outages.map(({ begin, end, seen }) => ({
      stream: `${stream.class} on ${stream.node}`,
      fromMs: begin.upperMs ?? begin.lowerMs,
      toMs: end.upperMs ?? Math.max(lastMs, end.lowerMs),
      seen,
    })),
  );
}

/** How the probing itself went; a probe sent more than a tenth of the spacing (at least 5 ms) after it was due is late. */
export function probeTotals(
  streams: readonly WatchedStream[],
  stalls: readonly EventOf<'probe-stall'>[],
): CaseResult['probes'] {
  const totals = { sent: 0, right: 0, late: 0, dropped: 0, maxLatenessMs: 0, spacingMs: 0 };
  for (const { stream, samples } of streams) {
    totals.spacingMs = Math.max(totals.spacingMs, stream.clock === 'config' ? 0 : stream.spacingMs);
    for (const sample of samples) {
      const lateMs = sample[1] - stream.t0Ms - sample[0] * stream.spacingMs;
      totals.sent += 1;
      totals.right += outcomeOf(sample) === 'right' ? 1 : 0;
      totals.late += lateMs > Math.max(5, stream.spacingMs / 10) ? 1 : 0;
      totals.maxLatenessMs = Math.max(totals.maxLatenessMs, lateMs);
    }
  }
  return { ...totals, dropped: stalls.reduce((sum, { dropped }) => sum + dropped, 0) };
}

function clockFrom(clock: 'traffic' | 'config', found: readonly StreamFinding[]): ClockResult {
  const common = { clock, floorMs: Math.max(0, ...found.map(({ floorMs }) => floorMs)) };
  const hit = found.filter(({ seen }) => seen === 'outage');
  const blind = found.filter(({ seen }) => seen === 'unknown');
  const blindWhy = reasonsOf(blind.map(({ stream, why = 'unknown' }) => ({ stream, why })));
  if (found.length === 0)
    return { ...common, seen: 'unknown', perNode: [], why: 'no probe watched this clock' };
  if (hit.length === 0) {
    if (blind.length > 0) return { ...common, seen: 'unknown', perNode: [], why: blindWhy.join('; ') };
    return { ...common, seen: 'none', flaps: 0, perNode: [], why: partialFloor(found) };
  }
  const open = (interval: Interval) => openWhile(blind, interval);
  const { unavailability, total } = downtime(hit);
  const whys = [
    ...reasonsOf(hit.flatMap(({ why, stream }) => (why === undefined ? [] : [{ stream, why }]))),
    ...blindWhy,
  ];
  return {
    ...common,
    seen: 'outage',
    rto: open(latest(hit.map(rtoOf))),
    unavailability: open(unavailability),
    total: open(total),
    ...seenAt(hit),
    flaps: Math.max(...hit.map(({ outages }) => outages.length - 1)),
    ...(whys.length > 0 ? { why: whys.join('; ') } : {}),
    perNode: perNode(hit, blind),
  };
}

/** Classes that share a node and a reason are named together. */
function reasonsOf(found: readonly { readonly stream: Stream; readonly why: string }[]): string[] {
  const classes = new Map<string, Set<string>>();
  for (const { stream, why } of found) {
    const reason = `on ${stream.node}: ${why}`;
    classes.set(reason, (classes.get(reason) ?? new Set()).add(stream.class));
  }
  return [...classes].map(([reason, named]) => `${[...named].join(', ')} ${reason}`);
}

function rtoOf({ rto }: StreamFinding): Interval {
  return rto ?? { lowerMs: 0, upperMs: null };
}

function downtime(hit: readonly StreamFinding[]): { unavailability: Interval; total: Interval } {
  const outages = hit.flatMap((finding) => finding.outages);
  const begin = earliest(outages.map((outage) => outage.begin));
  const end = latest(outages.map((outage) => outage.end));
  const totals = hit.flatMap(({ total }) => total ?? []);
  const unavailability = between(begin, end);
  const sumMs = totals.reduce((sum, { upperMs }) => sum + Number(upperMs), 0);
  return {
    unavailability,
    // Outages of different streams may lie upon each other or apart: at least the longest, at most all in a row. Where one
    // is open, the end of all is.
    total: {
      lowerMs: Math.max(...totals.map(({ lowerMs }) => lowerMs)),
      upperMs: unavailability.upperMs === null ? null : Math.min(sumMs, unavailability.upperMs),
    },
  };
}

function seenAt(hit: readonly StreamFinding[]): { firstImpactMs?: number; firstSuccessMs?: number } {
  const impacts = hit.flatMap(({ firstImpactMs }) => firstImpactMs ?? []);
  const successes = hit.flatMap(({ firstSuccessMs }) => firstSuccessMs ?? []);
  return {
    ...(impacts.length > 0 ? { firstImpactMs: Math.min(...impacts) } : {}),
    ...(successes.length > 0 ? { firstSuccessMs: Math.min(...successes) } : {}),
  };
}

/** A stream that could not be watched to its end may have recovered later than those that were. */
function openWhile(blind: readonly StreamFinding[], interval: Interval): Interval {
  return blind.length > 0 ? { ...interval, upperMs: null } : interval;
}

function perNode(hit: readonly StreamFinding[], blind: readonly StreamFinding[]): ClockResult['perNode'] {
  const nodes = [...new Set(hit.map(({ stream }) => stream.node))].toSorted();
  return nodes.map((node) => {
    const own = (found: readonly StreamFinding[]) => found.filter(({ stream }) => stream.node === node);
    return { node, rto: openWhile(own(blind), latest(own(hit).map(rtoOf))) };
  });
}

function partialFloor(found: readonly StreamFinding[]): string {
  const floorMs = Math.max(...found.map(({ partialFloorMs }) => partialFloorMs));
  return `an outage of only some workers shorter than ${(floorMs / 1_000).toFixed(2)} s could have gone unseen`;
}

function longestGapMs(snapshots: readonly EventOf<'snapshot'>[]): number {
  return snapshots.reduce((longest, snapshot, place) => {
    const before = snapshots[place - 1];
    return Math.max(longest, snapshot.endedMs - (before ?? snapshot).beganMs);
  }, 0);
}
