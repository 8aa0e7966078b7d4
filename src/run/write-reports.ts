/** The reports of a run: each a pure function of its result. One that cannot be written makes the run a failed one. */
import { join } from 'node:path';
import { makeUnstartedFolder } from '../evidence/run-folder.js';
import { DrillError, messageOf } from '../model/drill-error.js';
import type { RunResult } from '../model/verdict.js';
import { renderReports } from '../report/files.js';
import { junitFileName, renderCrashedJunit } from '../report/junit.js';
import type { JunitOptions } from '../report/junit.js';
import { systemClock } from '../system/clock.js';
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

/** The JUnit file of a run that broke before it was started. @returns its folder. */
export async function writeCrash(reportsFolder: string, drill: string, error: unknown): Promise<string> {
  const folder = await makeUnstartedFolder(reportsFolder, drill, systemClock().utc());
  const hint = error instanceof DrillError ? error.hint : '';
  await writeWhole(
    join(folder, junitFileName(drill)),
    await renderCrashedJunit(drill, messageOf(error), hint),
  );
  return folder;
}
