/** Runs of a pipeline that the drill makes itself: written down as a pipeline keeps its own, and replayed after those that were given. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PipelineRun, PipelineStep } from '../model/pipeline.js';
import type { Clock } from '../system/clock.js';
import { writeWhole } from '../system/files.js';

/** @returns what writes a run of one step, as having ended now, into a folder of its own. */
export async function runWriter(
  folder: string,
  clock: Clock,
): Promise<(step: PipelineStep) => Promise<void>> {
  const { stringify } = await import('yaml');
  await mkdir(folder, { recursive: true });
  let count = 0;
  let newestMs = 0;
  return async (step) => {
    count += 1;
    // A clock that is set back must not change the order of the runs.
    newestMs = Math.max(newestMs, clock.utc().getTime());
    const name = `made-${String(count).padStart(6, '0')}`;
    const run: PipelineRun = { run: name, at: new Date(newestMs).toISOString(), steps: [step] };
    await writeWhole(join(folder, `${name}.yaml`), stringify(run));
  };
}
