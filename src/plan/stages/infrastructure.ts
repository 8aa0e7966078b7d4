/** infrastructure: the user's own script, against the lab only. */
import type { StagePlanner } from './stage-planner.js';

export const planInfrastructure: StagePlanner<'infrastructure'> = ({ command }) => [
  {
    step: 'infrastructure',
    title: 'run your own infrastructure script',
    commands: [command],
    leastMs: 0,
    action: { kind: 'command', command },
  },
];
