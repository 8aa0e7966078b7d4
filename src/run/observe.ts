/** Phase 8: go on probing until the clocks stop, or the drill's limit is reached. */
import { once } from 'node:events';
import type { Probes } from '../measure/probes.js';
import { withLimit } from '../system/clock.js';
import { lostKinds } from '../verdict/declared-loss.js';
import type { CaseContext } from './case-context.js';
import type { ParityWatch } from './observation.js';

export interface Observers {
  readonly probes: Probes;
  readonly parity: ParityWatch;
  /** When the failure was issued. */
  readonly failedAtMs: number;
}

export async function observe(
  context: CaseContext,
  { probes, parity, failedAtMs }: Observers,
): Promise<void> {
  const { plan, planned, signal } = context;
  const limitMs = plan.limits.observeMs;
  const failure = {
    issuedMs: failedAtMs,
    workers: plan.topology.kong.workers,
    windowMs: plan.probes.windowMs,
    except: lostKinds(plan.drill.objectives?.parity?.declaredLoss ?? [], planned.recovery),
  };
  const limit = withLimit(limitMs, signal);
  await Promise.all([
    probes.untilSettled(failure, limitMs),
    Promise.race([parity.equal, once(limit, 'abort')]),
  ]);
  signal.throwIfAborted();
}
