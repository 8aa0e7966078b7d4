/** Phase 5: acknowledged changes, from after the backup until the failure. */
import { startChanges } from '../measure/ledger.js';
import type { Changes, Ledger } from '../measure/ledger.js';
import type { Instruments } from '../measure/instruments.js';
import type { CaseContext } from './case-context.js';

/** @returns the changes, still going on: they stop only when the failure has been issued. `undefined` where there are none. */
export async function change(
  context: CaseContext,
  instruments: Instruments,
  base: Ledger,
): Promise<Changes | undefined> {
  const { plan, clock, signal } = context;
  if (!plan.changes) return undefined;
  const changes = startChanges({ ...context, instruments, base, perSecond: plan.changes.perSecond });
  try {
    await clock.sleep(plan.changes.forMs, signal);
  } catch (error) {
    await changes.stop();
    throw error;
  }
  return changes;
}
