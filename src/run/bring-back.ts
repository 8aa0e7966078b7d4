/** Phase 7: the recovery path, and after it the instruments that its artifacts could not hold. */
import { putBackInstruments } from '../measure/instruments.js';
import type { Instruments, Part } from '../measure/instruments.js';
import { counted } from '../model/units.js';
import { clearsRouters } from '../plan/probed.js';
import { recover } from '../recovery/recover.js';
import type { CaseContext } from './case-context.js';
import { compareStage } from './compare.js';
import type { Disaster } from './disaster.js';

/** @returns whether every step of every stage worked. */
export async function bringBack(context: CaseContext, disaster: Disaster): Promise<boolean> {
  const { plan, planned, lab, admin, clock, signal, record } = context;
  const last = planned.stages.length - 1;
  const recovered = await recover(planned.stages, {
    lab,
    admin,
    clock,
    signal,
    record,
    artifacts: new Map(disaster.backup.artifacts),
    folder: plan.folder,
    limitMs: plan.limits.stepMs,
    failedAtMs: disaster.failedAtMs,
    afterStage: async (index) => {
      if (index < last) await compareStage(index, context, disaster);
    },
  });
  if (!recovered) return false;
  const may = mayBePutBack(context, disaster.instruments);
  if (may) {
    const back = await putBackInstruments(admin, disaster.instruments, may);
    if (back.length > 0) {
      record({
        kind: 'note',
        level: 'info',
        text: `${counted(back.length, 'instrument')} that the artifact could not hold ${back.length === 1 ? 'was' : 'were'} put back`,
      });
    }
  }
  record({ kind: 'recovered-steps' });
  return true;
}

/**
 * Writing a route clears the stale routers of a Kong that was kept: there the instruments stay as they are. A consumer clears
 * nothing, and without its own the config probe has nobody to make credentials for.
 */
function mayBePutBack(
  { planned }: CaseContext,
  { configConsumer }: Instruments,
): ((part: Part) => boolean) | undefined {
  if (clearsRouters(planned)) return () => true;
  if (planned.probed !== 'state') return undefined;
  return ({ kind, body }) => kind === 'consumers' && body.username === configConsumer;
}
