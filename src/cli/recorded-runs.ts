/** The recorded runs of the pipelines that a drill names, read from where they lie. */
import { resolve } from 'node:path';
import { readPipeline } from '../artifact/pipeline.js';
import type { DrillOnDisk } from '../drillfile/collect.js';
import type { RecordedRuns } from '../plan/recorded-runs.js';

/** What is fetched is not there yet. @throws DrillError `usage` where they cannot be read. */
export async function recordedRuns({ drill, folder }: DrillOnDisk): Promise<RecordedRuns> {
  const paths = [
    drill.state.pipeline,
    ...Object.values(drill.artifacts ?? {}).map(({ kind, path, git }) =>
      kind === 'pipeline' && git === undefined ? path : undefined,
    ),
  ].filter((path) => path !== undefined);
  const entries = [...new Set(paths)].map(
    async (path) => [path, await readPipeline(resolve(folder, path))] as const,
  );
  return new Map(await Promise.all(entries));
}
