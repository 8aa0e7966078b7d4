/**
 * What one probe stream saw of an outage. Pure.
 *
 *   proofs      R R R R F F F F F R F F F R R R R …          R: service proven, F: absence proven, by the time sent
 *   outages             [-------]   [---]                    apart where service was back on every worker (rule 10)
 *   begin             between the R before and the first F
 *   end                               between the last F and the first R of a window without F; if some workers only
 *                                     failed, until enough R in a row have met every worker
 */
import type { Sample, Stream } from '../model/journal.js';
import type { Interval } from '../model/verdict.js';
import {
  answerLimitMs,
  between,
  failuresToShowAll,
  plus,
  probesToMeet,
  proofOf,
  since,
} from './uncertainty.js';
import type { Proof, Stall } from './uncertainty.js';

/** A stream with everything that it saw, from before the failure until the run stopped looking; in any order. */
export interface WatchedStream {
  readonly stream: Stream;
  readonly samples: readonly Sample[];
}

export interface WatchContext {
  /** When the failure was issued, on the run's clock. */
  readonly issuedMs: number;
  /** nginx workers of each node, ≥ 1. */
  readonly workers: number;
  /** The window without a failure that shows recovery: at least this, and 10 % of the RTO; 10 s by rule. */
  readonly windowMs: number;
  readonly stalls: readonly Stall[];
}

/** One stretch of absence; moments on the run's clock. `end.upperMs` null: not seen to end. */
export interface Outage {
  readonly begin: Interval;
  readonly end: Interval;
  /** Only some workers failed, or it was too short to tell: the end holds with 99.9 % and is no bound. */
  readonly partial: boolean;
  /** What was seen most often in place of the right answer. */
  readonly seen: string;
  readonly firstSeenMs: number;
}

export interface StreamFinding {
  readonly stream: Stream;
  readonly seen: 'outage' | 'none' | 'unknown';
  /** An outage of the whole node that is shorter may have gone unseen; milliseconds. */
  readonly floorMs: number;
  /** The same of an outage of some workers; with 99.9 %. */
  readonly partialFloorMs: number;
  readonly outages: readonly Outage[];
  /** Since the failure was issued; absent unless an outage was seen. */
  readonly rto?: Interval;
  readonly total?: Interval;
  readonly firstImpactMs?: number;
  readonly firstSuccessMs?: number;
  /** Why it is unknown or its end is open; one sentence. */
  readonly why?: string;
}

/** A stream whose classes take turns, as one stream for each class; any other as it is. */
export function classesOf(watched: WatchedStream): readonly WatchedStream[] {
  const { turns = 1, ...stream } = watched.stream;
  if (turns === 1) return [watched];
  return stream.class.split('+').map((name, turn) => ({
    stream: {
      ...stream,
      class: name,
      t0Ms: stream.t0Ms + turn * stream.spacingMs,
      spacingMs: stream.spacingMs * turns,
    },
    samples: watched.samples
      .filter(([index]) => index % turns === turn)
      .map(([index, ...rest]): Sample => [Math.floor(index / turns), ...rest]),
  }));
}

/** What the samples of a stream of one class prove, or some of them, in the order in which they were sent. */
export function proofsOf(
  { stream, samples }: WatchedStream,
  context: WatchContext,
  some: readonly Sample[] = samples,
): readonly Proof[] {
  if (some.length === 0) return [];
  const { timeoutMs } = stream;
  const answerMs = answerLimitMs(samples, { beforeMs: context.issuedMs, timeoutMs });
  return some
    .toSorted((a, b) => a[1] - b[1])
    .flatMap((sample) => proofOf(sample, { timeoutMs, answerMs, stalls: context.stalls }) ?? []);
}

/** What a stream of one class saw after the failure was issued. */
export function findOutages(watched: WatchedStream, context: WatchContext): StreamFinding {
  const { stream } = watched;
  const proofs = proofsOf(watched, context);
  const first = proofs.findIndex((proof) => proof.toMs >= context.issuedMs);
  const after = proofs.filter((proof) => proof.toMs >= context.issuedMs);
  const workers = workersBehind(stream, context);
  const floor = floors(proofs.slice(Math.max(0, first - 1)), probesToMeet(workers), stream.spacingMs);
  const common = { stream, ...floor };
  if (after.length === 0) return { ...common, ...unknown('no probe ended after the failure') };
  const groups = groupFailures(after, probesToMeet(workers));
  if (groups.length === 0) return { ...common, ...noOutage(after, stream, context) };
  return { ...common, ...outagesOf(groups, { proofs, after, stream, context }) };
}

/**
 * What a config probe waits for is an effect of the node as a whole, asked for until it is seen: it fails or it does not.
 * Any other probe meets one worker.
 */
function workersBehind(stream: Stream, context: WatchContext): number {
  return stream.clock === 'config' ? 1 : context.workers;
}

type Finding = Omit<StreamFinding, 'stream' | 'floorMs' | 'partialFloorMs'>;

interface Group {
  readonly failures: readonly Proof[];
  /** Right answers came between the failures. */
  readonly mixed: boolean;
}

interface Seen {
  readonly proofs: readonly Proof[];
  readonly after: readonly Proof[];
  readonly stream: Stream;
  readonly context: WatchContext;
}

/** Failures belong to one outage as long as fewer than `met` right answers come in a row. */
function groupFailures(proofs: readonly Proof[], met: number): Group[] {
  const groups: { failures: Proof[]; mixed: boolean }[] = [];
  let rights = Infinity;
  for (const proof of proofs) {
    if (proof.serves) {
      rights += 1;
      continue;
    }
    const group = groups.at(-1);
    if (group && rights < met) {
      group.failures.push(proof);
      group.mixed ||= rights > 0;
    } else groups.push({ failures: [proof], mixed: false });
    rights = 0;
  }
  return groups;
}

function noOutage(after: readonly Proof[], stream: Stream, context: WatchContext): Finding {
  const open = windowFault(after, stream, { windowMs: context.windowMs, workers: context.workers });
  return open === undefined ? { seen: 'none', outages: [] } : unknown(`no failure was seen, but ${open}`);
}

function unknown(why: string): Finding {
  return { seen: 'unknown', outages: [], why };
}

function outagesOf(groups: readonly Group[], all: Seen): Finding {
  const { context, after } = all;
  const outages = groups.map((group) => outageOf(group, all));
  const last = outages.at(-1);
  const firstFailure = groups[0]?.failures[0];
  if (!last || !firstFailure) return unknown('no failure was seen');
  const closed = close(last, all);
  const ended = [...outages.slice(0, -1), closed.outage];
  const firstRight = after.find((proof) => proof.serves && proof.fromMs >= firstFailure.toMs);
  return {
    seen: 'outage',
    outages: ended,
    rto: since(context.issuedMs, closed.outage.end),
    total: ended.map((outage) => between(outage.begin, outage.end)).reduce(plus),
    firstImpactMs: firstFailure.toMs - context.issuedMs,
    ...(firstRight ? { firstSuccessMs: firstRight.toMs - context.issuedMs } : {}),
    ...(closed.why === undefined ? {} : { why: closed.why }),
  };
}

function outageOf(group: Group, { proofs, stream, context }: Seen): Outage {
  const { issuedMs } = context;
  const workers = workersBehind(stream, context);
  const partial = group.mixed || group.failures.length < failuresToShowAll(workers);
  const absentFromMs = least(group.failures.map(({ fromMs }) => fromMs));
  const absentByMs = Math.max(issuedMs, least(group.failures.map(({ toMs }) => toMs)));
  const servedMs = proofs.findLast((proof) => proof.serves && proof.toMs <= absentFromMs)?.fromMs;
  const lastAbsentMs = greatest(group.failures.map(({ fromMs }) => fromMs));
  const absentToMs = greatest(group.failures.map(({ toMs }) => toMs));
  const back = proofs.filter((proof) => proof.serves && proof.fromMs >= absentToMs);
  return {
    begin: { lowerMs: Math.max(issuedMs, partial ? issuedMs : (servedMs ?? issuedMs)), upperMs: absentByMs },
    end: {
      lowerMs: Math.max(issuedMs, lastAbsentMs),
      upperMs: endByMs(back, partial ? probesToMeet(workers) : 1),
    },
    partial,
    seen: mostFrequent(group.failures.map(({ seen }) => seen)),
    firstSeenMs: absentByMs,
  };
}

/** The moment by which `count` right answers in a row had come; the first of any, where one is enough. */
function endByMs(back: readonly Proof[], count: number): number | null {
  if (back.length < count) return null;
  const doneMs = back.slice(0, count === 1 ? undefined : count).map(({ toMs }) => toMs);
  return count === 1 ? least(doneMs) : greatest(doneMs);
}

/** The last outage has ended only if a whole window without a failure follows it. */
function close(last: Outage, { after, stream, context }: Seen): { outage: Outage; why?: string } {
  const rtoMs = last.end.lowerMs - context.issuedMs;
  const windowMs = Math.max(context.windowMs, 0.1 * rtoMs);
  const back = after.filter((proof) => proof.serves && proof.fromMs > last.end.lowerMs);
  const open = windowFault(back, stream, { windowMs, workers: context.workers });
  if (open !== undefined) {
    const why = `not seen to recover: ${open}`;
    return { outage: { ...last, end: { ...last.end, upperMs: null } }, why };
  }
  const why = `only some workers failed, or it was too short to tell: the end holds with 99.9 %`;
  return { outage: last, ...(last.partial ? { why } : {}) };
}

/** What a window without a failure lacks; `undefined` where it is whole. */
function windowFault(
  back: readonly Proof[],
  stream: Stream,
  need: { readonly windowMs: number; readonly workers: number },
): string | undefined {
  const first = back[0];
  const last = back.at(-1);
  if (!first || !last) return 'no right answer came after the last failure';
  const seenMs = last.toMs - first.fromMs + stream.spacingMs;
  const window = `the window of ${(need.windowMs / 1_000).toFixed(1)} s without a failure`;
  if (seenMs < need.windowMs) return `${window} was not over when the run stopped looking`;
  // Half of what is due: a window in which the prober mostly stood still shows nothing.
  const least = Math.max(probesToMeet(need.workers), Math.floor(need.windowMs / stream.spacingMs / 2));
  return back.length < least ? `${window} has ${back.length} right answers and needs ${least}` : undefined;
}

/** The longest absence that fits between right answers in a row, of all workers and of some. */
function floors(
  proofs: readonly Proof[],
  met: number,
  spacingMs: number,
): { floorMs: number; partialFloorMs: number } {
  let floorMs = spacingMs;
  let partialFloorMs = spacingMs * met;
  let runFrom = 0;
  for (const [place, proof] of proofs.entries()) {
    if (!proof.serves) {
      runFrom = place + 1;
      continue;
    }
    const gapMs = (back: number) =>
      place - back < runFrom ? 0 : proof.toMs - (proofs[place - back]?.fromMs ?? proof.toMs);
    floorMs = Math.max(floorMs, gapMs(1));
    partialFloorMs = Math.max(partialFloorMs, gapMs(met));
  }
  return { floorMs, partialFloorMs };
}

/** Not `Math.min(...)`: an outage of hours has more failures than a call has room for arguments. */
function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}

function mostFrequent(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}
