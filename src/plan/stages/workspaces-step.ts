/** The step that makes the workspaces of Enterprise, which neither decK nor a pipeline can be trusted to make. */
import { defaultWorkspace } from '../../model/plan.js';
import type { RecoveryStep, Topology } from '../../model/plan.js';
import { createWorkspace } from '../commands.js';

/** The `workspaces` step, or none where there is only the default one. */
export function workspacesStep({ workspaces }: Topology): readonly RecoveryStep[] {
  const others = workspaces.filter((name) => name !== defaultWorkspace);
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
