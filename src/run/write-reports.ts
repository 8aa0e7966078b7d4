/** The reports of a run: each a pure function of its result. One that cannot be written makes the run a failed one. */
import { join } from 'node:path';
import type { RunResult } from '../model/verdict.js';
import { junitFileName, renderJunit } from '../report/junit.js';
import { writeWhole } from '../system/files.js';

/** @throws what the disk says. */
export async function writeReports(result: RunResult, folder: string): Promise<void> {
  await writeWhole(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
  await writeWhole(
    join(folder, junitFileName(result.drill.name)),
    await renderJunit(result, { baseFolder: folder }),
  );
}
