/** Phase 4: prime every worker, then wait until the probes are clean. Whether they were is the verdict's to say. */
import type { Instruments } from '../measure/instruments.js';
import { prime } from '../measure/instruments.js';
import type { Probes } from '../measure/probes.js';
import type { CaseContext } from './case-context.js';

/** Longer is not waited for a steady state: a lab that is not steady by then will not be. */
const limitMs = 60_000;

export async function steadyState(
  context: CaseContext,
  instruments: Instruments,
  probes: Probes,
): Promise<void> {
  const { lab, plan, clock, record, signal } = context;
  await prime({ instruments, nodes: lab.kong, workers: plan.topology.kong.workers, signal });
  const from = clock.nowMs();
  await probes.untilSteady(from, limitMs);
  record({ kind: 'steady-state', from, to: clock.nowMs() });
}
