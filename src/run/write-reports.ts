/** The reports of a run: each a pure function of its result. One that cannot be written makes the run a failed one. */
import { join } from 'node:path';
import type { RunResult } from '../model/verdict.js';
import { renderReports } from '../report/files.js';
import type { JunitOptions } from '../report/junit.js';
import { writeWhole } from '../system/files.js';

/** @returns the names of the files. @throws what the disk says. */
export async function writeReports(
  result: RunResult,
  folder: string,
  junit: JunitOptions,
): Promise<readonly string[]> {
  const reports = await renderReports(result, junit);
  await Promise.all([...reports].map(([name, text]) => writeWhole(join(folder, name), text)));
  return [...reports.keys()];
}
