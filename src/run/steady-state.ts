/** Phase 4: prime every worker, then probe until the answers are clean. Whether they were is the verdict's to say. */
import type { Instruments } from '../measure/instruments.js';
import { prime } from '../measure/prime.js';
import type { Primed, PrimeTarget } from '../measure/prime.js';
import { startProbes } from '../measure/probes.js';
import type { Probes } from '../measure/probes.js';
import { streamsFor } from '../measure/streams.js';
import type { CaseContext } from './case-context.js';

/** Longer is not waited for a steady state: a lab that is not steady by then will not be. */
const limitMs = 60_000;
/** A credential every half second: a config probe each hundredth of a minute's RTO, and its twenty clean ones in ten seconds. */
const configSpacingMs = 500;

export interface SteadyLab {
  readonly primed: Primed;
  readonly probes: Probes;
}

/** The probes go on until they are disposed. */
export async function steadyState(context: CaseContext, instruments: Instruments): Promise<SteadyLab> {
  const { lab, plan, clock, record, signal } = context;
  const primed = await prime(primeTarget(context, instruments));
  const { spacingMs, timeoutMs } = plan.probes;
  const streams = streamsFor(instruments, lab.kong, {
    spacingMs,
    timeoutMs,
    configSpacingMs,
    kinds: primed.kinds,
  });
  const probes = await startProbes({ streams, clock, record, signal });
  const from = clock.nowMs();
  await probes.untilSteady(from, limitMs);
  record({ kind: 'steady-state', from, to: clock.nowMs() });
  return { primed, probes };
}

export function primeTarget(context: CaseContext, instruments: Instruments): PrimeTarget {
  const { lab, plan, admin, clock, record, signal } = context;
  return { admin, instruments, nodes: lab.kong, workers: plan.topology.kong.workers, clock, record, signal };
}
