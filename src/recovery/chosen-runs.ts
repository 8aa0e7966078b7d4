/** Which of the recorded runs a replay performs. */
import type { ReadyArtifact, RecordedRun } from '../artifact/artifact.js';
import { readPipeline } from '../artifact/pipeline.js';
import { messageOf } from '../model/drill-error.js';
import { artifactOf } from './recovery.js';
import type { ActionOf, RecoveryContext } from './recovery.js';

/** The runs, oldest first; or, as text, why they cannot be told. */
export async function chosenRuns(
  { artifact, since, newestOnly }: ActionOf<'replay'>,
  context: RecoveryContext,
): Promise<readonly RecordedRun[] | string> {
  const runs = await allRuns(artifactOf(artifact, context));
  if (typeof runs === 'string') return runs;
  if (newestOnly) return runs.slice(-1);
  switch (since.kind) {
    case 'start':
      return runs;
    case 'revision':
      return afterRevision(runs, since.revision);
    case 'artifact':
      return afterArtifacts(runs, since.artifacts, context);
  }
}

/** Those that were given, and those that were made until the failure, which are read only now. */
async function allRuns({ runs = [], madeRuns }: ReadyArtifact): Promise<readonly RecordedRun[] | string> {
  if (madeRuns === undefined) return runs;
  try {
    return [...runs, ...(await readPipeline(madeRuns))];
  } catch (error) {
    return messageOf(error);
  }
}

function afterRevision(runs: readonly RecordedRun[], revision: string): readonly RecordedRun[] | string {
  const place = runs.findIndex((run) => run.revision?.startsWith(revision.toLowerCase()));
  return place === -1
    ? `no commit ${revision} among the ${runs.length} of the pipeline`
    : runs.slice(place + 1);
}

/** What ended before the newest of the artifacts was made is in that artifact. */
function afterArtifacts(
  runs: readonly RecordedRun[],
  names: readonly string[],
  context: RecoveryContext,
): readonly RecordedRun[] | string {
  const points = names.map((name) => consistentPoint(artifactOf(name, context), context));
  const known = points.filter((point) => point !== undefined);
  if (known.length === 0) return `of ${names.join(' and ')} nobody knows when it was made`;
  const newest = Math.max(...known);
  return runs.filter(({ at }) => Date.parse(at) > newest);
}

/** In milliseconds since 1970. */
function consistentPoint(
  { takenFromMs, replayedToMs = takenFromMs, createdUtc }: ReadyArtifact,
  { clock }: RecoveryContext,
): number | undefined {
  if (replayedToMs !== undefined) return clock.utc().getTime() - (clock.nowMs() - replayedToMs);
  return createdUtc === undefined ? undefined : Date.parse(createdUtc);
}
