/** Phase 5: acknowledged changes, from after the backup until the failure. */
import { startChanges } from '../measure/ledger.js';
import type { CaseContext } from './case-context.js';
import type { LedgerOfWay } from './ledgers.js';

/** Changes by every way of a drill. */
export interface ChangesOfWays extends AsyncDisposable {
  readonly ledgers: readonly LedgerOfWay[];
  /** Makes no new change and waits, a few seconds at most, for the answers of those under way. */
  stop(): Promise<void>;
}

/** @returns the changes, still going on: they stop only when the failure has been issued. `undefined` where there are none. */
export async function change(
  context: CaseContext,
  bases: readonly LedgerOfWay[],
): Promise<ChangesOfWays | undefined> {
  const { plan, clock, signal } = context;
  if (!plan.changes) return undefined;
  const { perSecond, forMs } = plan.changes;
  const started = bases.map(({ way, ledger }) => ({
    way,
    ledger: startChanges({ ...context, way, base: ledger, perSecond }),
  }));
  const stop = async (): Promise<void> => {
    await Promise.all(started.map(({ ledger }) => ledger.stop()));
  };
  try {
    await clock.sleep(forMs, signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ledgers: started, stop, [Symbol.asyncDispose]: stop };
}
