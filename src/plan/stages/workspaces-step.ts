/** The step that makes the workspaces of Enterprise, which neither decK nor a pipeline can be trusted to make. */
import { furtherWorkspaces } from '../../model/plan.js';
import type { RecoveryStep, Topology } from '../../model/plan.js';
import { createWorkspace } from '../commands.js';

/** The `workspaces` step, or none where there is only the default one. */
export function workspacesStep(topology: Topology): readonly RecoveryStep[] {
  const others = furtherWorkspaces(topology);
  if (others.length === 0) return [];
  return [
    {
      step: 'workspaces',
      title: `create what is not there of the workspaces ${others.join(', ')}`,
      commands: others.map(createWorkspace),
      leastMs: 0,
      action: { kind: 'create-workspaces', workspaces: others },
    },
  ];
}
