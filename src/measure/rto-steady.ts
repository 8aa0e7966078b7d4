/** Whether the run may be believed: a clean steady state before the failure, and the impact that the drill expects. Pure. */
import type { StreamClock } from '../model/journal.js';
import type { Impact } from '../model/plan.js';
import { classesOf, findings } from './rto.js';
import type { WatchContext, WatchedStream } from './rto.js';
import { leastSteadySamples, outcomeOf } from './uncertainty.js';

const leastCleanProbes = 200;

export interface SteadyState {
  readonly met: boolean;
  readonly probes: number;
  /** One sentence: the figures where it is met, else what is missing or was not clean. */
  readonly reason: string;
  /** One line for each stream that fell short. */
  readonly details: readonly string[];
}

/** Rule 15: at least 200 clean probes sent within [from, to], at least 20 in each stream (and class), and not one that is not right. */
export function steadyState(
  streams: readonly WatchedStream[],
  span: { readonly from: number; readonly to: number },
): SteadyState {
  const counts = streams.flatMap(classesOf).map(({ stream, samples }) => {
    const sent = samples.filter((sample) => sample[1] >= span.from && sample[1] <= span.to);
    const unclean = sent.filter((sample) => outcomeOf(sample) !== 'right');
    return { name: `${stream.class} on ${stream.node}`, sent: sent.length, unclean };
  });
  const probes = counts.reduce((sum, { sent }) => sum + sent, 0);
  const details = counts.flatMap(({ name, sent, unclean }) => [
    ...(unclean.length > 0
      ? [`${name}: ${unclean.length} of ${sent} not right (${unclean[0]?.[4] ?? 'timeout'})`]
      : []),
    ...(sent < leastSteadySamples
      ? [`${name}: ${sent} probes, expected at least ${leastSteadySamples}`]
      : []),
  ]);
  const enough = probes >= leastCleanProbes;
  if (enough && details.length === 0)
    return { met: true, probes, reason: `${probes} probes in ${counts.length} streams, all right`, details };
  const reason = enough
    ? `steady state not met: ${details[0] ?? ''}`
    : `steady state not met: ${probes} probes, expected at least ${leastCleanProbes}`;
  return { met: false, probes, reason, details };
}

export interface ImpactCheck {
  readonly clock: StreamClock;
  /** `unseen`: expected and not seen (inconclusive); `unexpected`: not expected and seen (a finding). */
  readonly result: 'as-expected' | 'unseen' | 'unexpected' | 'undeclared' | 'unknown';
  readonly reason: string;
}

/** Rule 14: what each kind of probe saw, against what the drill expects of the failure. */
export function impactChecks(
  streams: readonly WatchedStream[],
  expected: Readonly<Record<StreamClock, Impact>>,
  context: WatchContext,
): readonly ImpactCheck[] {
  return (['traffic', 'uncached', 'config'] as const).map((clock) => {
    const own = streams.filter(({ stream }) => stream.clock === clock);
    const found = findings(own, context);
    const seen = found.some((finding) => finding.outages.length > 0);
    const known = found.length > 0 && (seen || found.every((finding) => finding.seen !== 'unknown'));
    const floorMs = Math.max(0, ...found.map((finding) => finding.floorMs));
    return { clock, ...compare(clock, expected[clock], { known, seen, floorMs }) };
  });
}

function compare(
  clock: StreamClock,
  expected: Impact,
  found: { readonly known: boolean; readonly seen: boolean; readonly floorMs: number },
): Omit<ImpactCheck, 'clock'> {
  if (expected === 'undeclared') return { result: 'undeclared', reason: `${clock}: nothing was declared` };
  if (!found.known)
    return { result: 'unknown', reason: `${clock}: expected ${expected}, and it could not be watched` };
  if (found.seen === (expected === 'outage'))
    return { result: 'as-expected', reason: `${clock}: ${expected} expected, and seen` };
  return found.seen
    ? { result: 'unexpected', reason: `${clock}: no outage was expected, and one was seen` }
    : {
        result: 'unseen',
        reason: `${clock}: an outage was expected, and none longer than ${Math.round(found.floorMs)} ms was seen`,
      };
}
