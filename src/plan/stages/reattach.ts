/** reattach: Kong nodes on the Postgres that survived. */
import { kongStep } from './kong-step.js';
import { postgresSteps } from './database-steps.js';
import type { StagePlanner } from './stage-planner.js';

export const planReattach: StagePlanner<'reattach'> = (stage, { found, topology }) => [
  ...postgresSteps(found, { address: undefined, version: topology.postgres.version, empty: false }),
  ...kongStep({ nodes: found.kong, choice: stage.kong, newDatabase: false, topology }),
];
