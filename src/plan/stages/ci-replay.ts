/** ci-replay: a running Kong, then the recorded pipeline runs again, oldest first. */
import type { Artifact } from '../../model/drill-recovery.js';
import type { ReplaySince } from '../../model/plan.js';
import { commandOf, commandsOfRuns } from '../recorded-runs.js';
import type { RecordedRuns } from '../recorded-runs.js';
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
      commands: commandsOf(context.artifacts.get(from), context.runs),
      leastMs: 0,
      action: { kind: 'replay', artifact: from, since: sinceOf(since, context.earlier), times, newestOnly },
    },
  ];
};

/** Of recorded runs, or what each commit of a repository does. */
function commandsOf(artifact: Artifact | undefined, runs: RecordedRuns): readonly (readonly string[])[] {
  if (artifact?.kind !== 'pipeline') return [];
  if (artifact.git === undefined) return commandsOfRuns(runs, artifact.path);
  return (artifact.steps ?? []).map(commandOf);
}

function sinceOf(since: string, artifacts: readonly string[]): ReplaySince {
  if (since === 'start') return { kind: 'start' };
  return since === 'artifact' ? { kind: 'artifact', artifacts } : { kind: 'revision', revision: since };
}
