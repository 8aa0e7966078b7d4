/** What deck-sync and ci-replay start from: a Kong that runs on a migrated database, whatever it holds. */
import type { RecoveryStep } from '../../model/plan.js';
import { bootstrapStep, isEmptyDatabase, postgresSteps } from './database-steps.js';
import { kongStep } from './kong-step.js';
import type { KongChoice, StageContext } from './stage-planner.js';
import { workspacesStep } from './workspaces-step.js';

export interface RunningKongWanted {
  readonly kong?: KongChoice;
  readonly address?: 'same' | 'new';
}

export function runningKongSteps(
  { kong, address }: RunningKongWanted,
  { found, topology }: StageContext,
): readonly RecoveryStep[] {
  const newDatabase = isEmptyDatabase(found, false);
  return [
    ...postgresSteps(found, { address, version: topology.postgres.version, empty: false }),
    ...(newDatabase ? [bootstrapStep(topology.kong.version)] : []),
    ...kongStep({ nodes: found.kong, choice: kong, newDatabase, topology }),
    ...workspacesStep(topology),
  ];
}
