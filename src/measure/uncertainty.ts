/**
 * What one probe proves, and arithmetic with intervals. Pure.
 *
 *   right answer    the service was there at some moment in [sent, last byte]
 *   wrong, error    it was absent at some moment in [sent, answer or error]
 *   timeout         it was absent at some moment in [sent, sent + the longest that an answer takes in steady state]:
 *                   had it been there all that time, the answer would have come. Nothing follows about later moments:
 *                   a request that a dying service swallowed stays unanswered when the service is long back.
 */
import { probeOutcomeWords } from '../model/journal.js';
import type { ProbeOutcome, Sample } from '../model/journal.js';
import type { Interval } from '../model/verdict.js';

/** A time in which the probe process stood still; milliseconds on the run's clock. */
export interface Stall {
  readonly fromMs: number;
  readonly toMs: number;
}

/** At some moment in [fromMs, toMs] the service was there, or was not. */
export interface Proof {
  readonly serves: boolean;
  readonly fromMs: number;
  readonly toMs: number;
  readonly seen: string;
}

export interface ProofContext {
  readonly timeoutMs: number;
  /** The longest that a right answer takes in steady state, see `answerLimitMs`. */
  readonly answerMs: number;
  readonly stalls: readonly Stall[];
}

/** A stream needs this many right answers before anything is said about how long they take. */
export const leastSteadySamples = 20;
const confidence = 0.999;

/** The proof that a sample gives; `undefined` for a timeout in which the probe process itself stood still. */
export function proofOf(sample: Sample, context: ProofContext): Proof | undefined {
  const [, sentMs, doneMs, , seen = ''] = sample;
  const outcome = outcomeOf(sample);
  if (outcome !== 'timeout') return { serves: outcome === 'right', fromMs: sentMs, toMs: doneMs, seen };
  const stalledMs = overlapMs({ fromMs: sentMs, toMs: doneMs }, context.stalls);
  const patienceMs = doneMs - sentMs - stalledMs;
  if (patienceMs < context.timeoutMs / 2) return undefined;
  const toMs = Math.min(doneMs, sentMs + context.answerMs + stalledMs);
  return { serves: false, fromMs: sentMs, toMs, seen: seen === '' ? 'timeout' : seen };
}

export function outcomeOf(sample: Sample): ProbeOutcome {
  return probeOutcomeWords[sample[3]] ?? 'error';
}

/**
 * Twice the p99.9 of the time that right answers took before the failure, in milliseconds; the whole timeout where fewer
 * than 20 were seen. Twice, because a p99.9 from some hundred probes is only their slowest.
 */
export function answerLimitMs(
  samples: readonly Sample[],
  options: { readonly beforeMs: number; readonly timeoutMs: number },
): number {
  const tookMs = samples
    .filter((sample) => sample[2] < options.beforeMs && outcomeOf(sample) === 'right')
    .map((sample) => sample[2] - sample[1]);
  if (tookMs.length < leastSteadySamples) return options.timeoutMs;
  return Math.min(options.timeoutMs, 2 * quantile(tookMs, confidence));
}

/**
 * Consecutive probes that meet every one of `workers` nginx workers at least once with 99.9 %, each probe meeting any of
 * them alike: 2 workers 11, 4 → 29, 8 → 68, 16 → 150. Where the first such row among many probes is taken, there are as many `chances`
 * for one to come of some workers only. Range: workers, chances ≥ 1; at least 1 probe.
 */
export function probesToMeet(workers: number, chances = 1): number {
  if (workers <= 1) return 1;
  return Math.ceil(Math.log((1 - confidence) / chances / workers) / Math.log(1 - 1 / workers));
}

/**
 * Consecutive failures after which, with 95 %, no worker of the node was healthy: 2 workers 5, 4 → 11, 16 → 47.
 * Range: workers ≥ 1; at least 1.
 */
export function failuresToShowAll(workers: number): number {
  return workers <= 1 ? 1 : Math.ceil(Math.log(0.05) / Math.log(1 - 1 / workers));
}

/** The nearest-rank quantile; `q` in (0, 1]. @returns 0 of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}

/** The sum of two uncertain durations. */
export function plus(a: Interval, b: Interval): Interval {
  return {
    lowerMs: a.lowerMs + b.lowerMs,
    upperMs: a.upperMs === null || b.upperMs === null ? null : a.upperMs + b.upperMs,
  };
}

/** The duration between two uncertain moments; never below 0. */
export function between(begin: Interval, end: Interval): Interval {
  return {
    lowerMs: begin.upperMs === null ? 0 : Math.max(0, end.lowerMs - begin.upperMs),
    upperMs: end.upperMs === null ? null : Math.max(0, end.upperMs - begin.lowerMs),
  };
}

/** An uncertain moment as a duration since a known one; never below 0. */
export function since(issuedMs: number, moment: Interval): Interval {
  return between({ lowerMs: issuedMs, upperMs: issuedMs }, moment);
}

/** The latest of some uncertain moments or the longest of some durations. @throws RangeError of none. */
export function latest(intervals: readonly Interval[]): Interval {
  if (intervals.length === 0) throw new RangeError('the latest of no intervals');
  const uppers = intervals.map(({ upperMs }) => upperMs);
  return {
    lowerMs: Math.max(...intervals.map(({ lowerMs }) => lowerMs)),
    upperMs: uppers.includes(null) ? null : Math.max(...uppers.map(Number)),
  };
}

/** The earliest of some uncertain moments. @throws RangeError of none. */
export function earliest(intervals: readonly Interval[]): Interval {
  if (intervals.length === 0) throw new RangeError('the earliest of no intervals');
  const uppers = intervals.flatMap(({ upperMs }) => (upperMs === null ? [] : [upperMs]));
  return {
    lowerMs: Math.min(...intervals.map(({ lowerMs }) => lowerMs)),
    upperMs: uppers.length === 0 ? null : Math.min(...uppers),
  };
}

function overlapMs(span: Stall, stalls: readonly Stall[]): number {
  return stalls.reduce(
    (sum, stall) => sum + Math.max(0, Math.min(span.toMs, stall.toMs) - Math.max(span.fromMs, stall.fromMs)),
    0,
  );
}
