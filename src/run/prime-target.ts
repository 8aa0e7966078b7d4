/** A case, as those see it who ask every worker of every node. */
import type { Instruments } from '../measure/instruments.js';
import type { PrimeTarget } from '../measure/prime.js';
import type { CaseContext } from './case-context.js';

export function primeTarget(context: CaseContext, instruments: Instruments): PrimeTarget {
  const { lab, plan, admin, clock, record, signal } = context;
  return { admin, instruments, nodes: lab.kong, workers: plan.topology.kong.workers, clock, record, signal };
}
