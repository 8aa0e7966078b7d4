/** Which planner knows which stage. */
import type { Stage, StageKind } from '../../model/drill-recovery.js';
import type { RecoveryStep } from '../../model/plan.js';
import { planCiReplay } from './ci-replay.js';
import { planDatabaseRestore } from './database-restore.js';
import { planDeckSync } from './deck-sync.js';
import { planInfrastructure } from './infrastructure.js';
import { planReattach } from './reattach.js';
import type { StageContext, StagePlanner } from './stage-planner.js';

const planners: { readonly [K in StageKind]: StagePlanner<K> } = {
  reattach: planReattach,
  'database-restore': planDatabaseRestore,
  'deck-sync': planDeckSync,
  'ci-replay': planCiReplay,
  infrastructure: planInfrastructure,
};

export function planStage(stage: Stage, context: StageContext): readonly RecoveryStep[] {
  // The map's type ties each planner to its stage; TypeScript cannot follow that through the lookup.
  const plan = planners[stage.stage] as StagePlanner<StageKind>;
  return plan(stage, context);
}
