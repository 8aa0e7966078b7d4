/** The reports of a run: each a pure function of its result. One that cannot be written makes the run a failed one. */
import { join } from 'node:path';
import { leaveUnstarted } from '../evidence/unstarted.js';
import type { Unstarted } from '../evidence/unstarted.js';
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

/** The reason and the JUnit file of a run that broke before it was started. @returns its folder. */
export async function writeUnstarted(reportsFolder: string, unstarted: Unstarted): Promise<string> {
  const { drill, error, hint } = unstarted;
  const folder = await leaveUnstarted(reportsFolder, unstarted, systemClock().utc());
  await writeWhole(join(folder, junitFileName(drill)), await renderCrashedJunit(drill, error, hint));
  return folder;
}
