/** What the probes of a path can ask: the instruments' own routes, or, where its backup cannot hold those, routes of the state. */
import { isTaken } from '../model/drill-recovery.js';
import type { Artifact } from '../model/drill-recovery.js';
import type { NodeAction, PlannedCase, PlannedStage } from '../model/plan.js';

/** What a plan and a validation say of a path that probes routes of the state. */
export const stateIsProbed =
  'Kong goes on after a backup of your own, which does not hold the routes of the runner, and to write them would clear what Kong ' +
  'remembers: routes of the state are probed; without one that asks for a key, the config clock is inconclusive';

/**
 * `state` where the newest database is a backup of the user's own, under a Kong that goes on with what it remembers. A sync or a
 * replay on top writes only what differs: it may be nothing.
 */
export function probedOf(
  stages: readonly PlannedStage[],
  artifacts: ReadonlyMap<string, Artifact>,
): Pick<PlannedCase, 'probed'> {
  const restored = lastRestore(stages);
  const stage = stages[restored]?.stage;
  const artifact = stage && 'from' in stage ? artifacts.get(stage.from) : undefined;
  const isOwn = artifact !== undefined && !isTaken(artifact);
  return isOwn && stages.findLastIndex(isStartedAnew) < restored ? { probed: 'state' } : {};
}

/** Whether no router of Kong is stale when the last step has ended: routes may be written then, and cure nothing. */
export function clearsRouters({ stages, probed }: Pick<PlannedCase, 'stages' | 'probed'>): boolean {
  const cleared = stages.findLastIndex((one) => isStartedAnew(one) || writesRoutes(one));
  return probed !== 'state' && cleared >= Math.max(0, lastRestore(stages));
}

function lastRestore(stages: readonly PlannedStage[]): number {
  return stages.findLastIndex(({ stage }) => stage.stage === 'database-restore');
}

const anew = new Set<NodeAction>(['provision', 'start', 'restart']);

function isStartedAnew({ steps }: PlannedStage): boolean {
  return steps.some(({ action }) => action.kind === 'kong' && action.nodes.every((node) => anew.has(node)));
}

/** A path that writes through the Admin API has cleared stale routers itself wherever it took the instruments away. */
function writesRoutes({ stage }: PlannedStage): boolean {
  return stage.stage === 'deck-sync' || stage.stage === 'ci-replay';
}
