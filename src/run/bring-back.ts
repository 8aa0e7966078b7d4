/** Phase 7: the recovery path, and after it the instruments that its artifacts could not hold. */
import { putBackInstruments } from '../measure/instruments.js';
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
  if (startedAnew(context) || routesWritten(context)) {
    const back = await putBackInstruments(admin, disaster.instruments);
    if (back.length > 0) {
      record({
        kind: 'note',
        level: 'info',
        text: `${back.length} instruments that the artifact could not hold were put back`,
      });
    }
  }
  record({ kind: 'recovered-steps' });
  return true;
}

/** Writing a route clears the stale routers of a Kong that was kept: there the instruments stay as they are. */
function startedAnew({ planned }: CaseContext): boolean {
  const anew = new Set(['provision', 'start', 'restart']);
  return planned.stages.some(({ steps }) =>
    steps.some(({ action }) => action.kind === 'kong' && action.nodes.every((node) => anew.has(node))),
  );
}

/** A path that ends in writes through the Admin API has cleared them itself wherever it took the instruments away. */
function routesWritten({ planned }: CaseContext): boolean {
  const last = planned.stages.findLast(({ stage }) => stage.stage !== 'infrastructure')?.stage.stage;
  return last === 'deck-sync' || last === 'ci-replay';
}
