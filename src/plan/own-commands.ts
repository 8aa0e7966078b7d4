/** The commands of the user's own that a drill can run, wherever it names them: what has to be trusted before it is run. */
import type { Drill } from '../model/drill.js';
import type { Artifact } from '../model/drill-recovery.js';
import type { PipelineStep } from '../model/pipeline.js';
import type { OwnCommand } from '../model/plan.js';
import type { RecordedRuns } from './recorded-runs.js';

/**
 * All of them, of every path. The steps of recorded runs are among them where the runs are known; a pipeline in a git
 * repository has none but the steps that the drill gives it.
 */
export function ownCommands(drill: Drill, runs: RecordedRuns): readonly OwnCommand[] {
  return [
    ...recorded(drill.state.pipeline, 'state.pipeline', runs),
    ...Object.entries(drill.artifacts ?? {}).flatMap(([name, artifact]) =>
      ofArtifact(artifact, `artifacts.${name}`, runs),
    ),
    ...Object.entries(drill.recovery).flatMap(([path, stages]) =>
      stages.flatMap((stage) =>
        stage.stage === 'infrastructure'
          ? [{ where: `recovery.${path}, stage infrastructure`, command: stage.command }]
          : [],
      ),
    ),
  ];
}

function ofArtifact(artifact: Artifact, where: string, runs: RecordedRuns): readonly OwnCommand[] {
  const { command, decrypt, path, git } = artifact;
  return [
    ...(command ? [{ where: `${where}.command`, command }] : []),
    ...(decrypt ? [{ where: `${where}.decrypt`, command: decrypt }] : []),
    ...(artifact.kind === 'pipeline' ? ofSteps(artifact.steps ?? [], `${where}.steps`) : []),
    ...(artifact.kind === 'pipeline' && git === undefined ? recorded(path, where, runs) : []),
  ];
}

function recorded(folder: string | undefined, where: string, runs: RecordedRuns): readonly OwnCommand[] {
  const known = folder === undefined ? undefined : runs.get(folder);
  return (known ?? []).flatMap(({ run, steps }) => ofSteps(steps, `${where}, run ${run}`));
}

function ofSteps(steps: readonly PipelineStep[], where: string): readonly OwnCommand[] {
  return steps.flatMap((step) => ('command' in step ? [{ where, command: step.command }] : []));
}
