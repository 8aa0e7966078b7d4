/** ci-replay: a running Kong, then the recorded pipeline runs again, oldest first. */
import { commandsOfRuns } from '../recorded-runs.js';
import { fetchSteps } from './fetch-step.js';
import { runningKongSteps } from './running-kong.js';
import type { StagePlanner } from './stage-planner.js';

export const planCiReplay: StagePlanner<'ci-replay'> = (stage, context) => {
  const { from, since = 'start', times = 1, newestOnly = false } = stage;
  const which = newestOnly ? 'the newest state' : 'the recorded runs';
  const begin = since === 'start' ? '' : since === 'artifact' ? ' since the artifact' : ` since ${since}`;
  return [
    ...fetchSteps(from, context.artifacts.get(from)),
    ...runningKongSteps(stage, context),
    {
      step: 'replay',
      title: `replay ${which} of ${from}${begin}, oldest first${times > 1 ? ', twice' : ''}`,
      commands: commandsOfRuns(context.runs, context.artifacts.get(from)?.path),
      leastMs: 0,
      action: { kind: 'replay', artifact: from, since, times, newestOnly },
    },
  ];
};
