/** How densely a drill is watched, and for how long: rules 3, 10 and 15 of the measurement, as figures. */
import type { Plan } from '../model/plan.js';

export const largestSpacingMs = 100;
/** At most 100 requests a second to a node: no stream can be denser. */
export const smallestSpacingMs = 10;
/** A target is resolved to one part in a hundred. */
export const spacingsPerTarget = 100;
/** A credential every half second, and twenty clean ones in ten seconds: what is shorter the config clock cannot see. */
export const configSpacingMs = 500;

const probeTimeoutMs = 1_000;
const leastWindowMs = 10_000;
const leastObserveMs = 60_000;
const windowPart = 0.1;
const missedWorkerRisk = 0.001;
const steadyProbes = 200;
const steadyProbesOfStream = 20;

export interface Watched {
  readonly targetsMs: readonly number[];
  readonly workers: number;
}

/** Spacing of each stream, timeout of a probe, and the window without a failure after which Kong counts as recovered. */
export function probing({ targetsMs, workers }: Watched): Plan['probes'] {
  const spacingMs = Math.max(
    smallestSpacingMs,
    Math.min(largestSpacingMs, ...targetsMs.map((targetMs) => targetMs / spacingsPerTarget)),
  );
  const windowMs = Math.max(
    leastWindowMs,
    windowPart * Math.max(0, ...targetsMs),
    spacingMs * probesToMeetEveryWorker(workers),
  );
  return { spacingMs, timeoutMs: probeTimeoutMs, windowMs };
}

/** How long the clocks are waited for where the drill does not say: twice the largest target, at least 60 s. */
export function defaultObserveMs(targetsMs: readonly number[]): number {
  return Math.max(leastObserveMs, 2 * Math.max(0, ...targetsMs));
}

/** The probes after which each of `workers` nginx workers has answered one, with 99.9 %. */
export function probesToMeetEveryWorker(workers: number): number {
  if (workers <= 1) return 1;
  return Math.ceil(Math.log(workers / missedWorkerRisk) / Math.log(workers / (workers - 1)));
}

/** The least time in which the steady state can be shown: 20 probes of each stream, 200 in all, 100 a second to a node. */
export function leastSteadyStateMs(spacingMs: number, nodes: number): number {
  return Math.max(steadyProbesOfStream * spacingMs, (steadyProbes * smallestSpacingMs) / nodes);
}
