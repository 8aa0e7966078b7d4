/** The folders of runs that a command line names: a run's own, its drill's `latest`, or a reports folder with all its runs. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { journalFileName } from '../journal/journal.js';
import { DrillError } from '../model/drill-error.js';
import { indexLineFileName } from './run-folder.js';
import { indexFileName, readIndex } from './run-index.js';
import type { IndexEntry } from './run-index.js';
import { folderAt, reportsFolderOf, runNameOf } from './run-place.js';
import { unstartedAt } from './unstarted.js';
import type { Unstarted } from './unstarted.js';

/**
 * Of a reports folder every run that its index names, also those whose folder is gone.
 * @throws DrillError `usage` where a path leads to no run.
 */
export async function findRuns(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map(runsAt));
  return [...new Set(found.flat())];
}

/** @throws DrillError `usage` where the path leads to none, or to more than one. */
export async function findRun(path: string): Promise<string> {
  const [run, ...others] = await runsAt(path);
  if (run !== undefined && others.length === 0) return run;
  throw noRun(path, 'expected one run, got a folder of reports');
}

async function runsAt(path: string): Promise<readonly string[]> {
  const folder = await folderAt(path);
  if (folder === undefined)
    throw noRun(path, 'expected the folder of a run, got nothing of that name, or a file');
  if ((await has(folder, journalFileName)) || (await has(folder, indexLineFileName))) return [folder];
  const { entries } = await readIndex(folder);
  const started = entries.filter((it) => it.event === 'started').map((it) => join(folder, it.folder));
  if (started.length > 0) return started;
  // A runner that was killed as soon as it had entered the run leaves an empty folder.
  const name = runNameOf(folder);
  const around = await readIndex(reportsFolderOf(folder));
  if (around.entries.some((it) => it.folder === name)) return [folder];
  const unstarted = await unstartedAt(folder);
  if (unstarted) throw neverStarted(path, unstarted, around.entries);
  throw noRun(path, `found neither ${journalFileName} nor ${indexFileName} in it`);
}

async function has(folder: string, name: string): Promise<boolean> {
  return stat(join(folder, name)).then(
    () => true,
    () => false,
  );
}

/** Names the newest run of the drill that left evidence. */
function neverStarted(path: string, { drill, error }: Unstarted, entries: readonly IndexEntry[]): DrillError {
  const last = entries.findLast((it) => it.event === 'started' && it.drill === drill);
  const next = last
    ? `the last run that left evidence: ${join(reportsFolderOf(path), last.folder)}`
    : 'run the drill again';
  return new DrillError('usage', `no run at ${path}: it could not be started: ${error}`, next);
}

function noRun(path: string, why: string): DrillError {
  return new DrillError(
    'usage',
    `no run at ${path}: ${why}`,
    'give the folder of a run, as in reports/<drill>/latest',
  );
}
