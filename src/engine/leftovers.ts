/** Everything that a lab has started and that still runs: found by what was written down, and by the marks. */
import { sep } from 'node:path';
import { DrillError } from '../model/drill-error.js';
import type { Clock } from '../system/clock.js';
import { isIn, processTable, variableOf, workingFolderOf } from '../system/process-table.js';
import type { ProcessEntry } from '../system/process-table.js';
import { markVariable } from './owned-folder.js';
import type { Owner } from './owned-folder.js';
import { ProcessTree } from './process-tree.js';

const roundsLimit = 5;

/** Kills them all, and waits until they are gone. @returns those that were found. @throws DrillError where one stays. */
export async function endProcesses(owner: Owner, folder: string, clock: Clock): Promise<ProcessEntry[]> {
  const ended: ProcessEntry[] = [];
  // More than one round only where a process was started between the look and the kill.
  for (let round = 0; round < roundsLimit; round += 1) {
    const found = await processesOf(owner, folder);
    if (found.length === 0) return ended;
    ended.push(...found);
    await new ProcessTree(found).kill(clock);
  }
  const names = ended.slice(-3).map(({ name, pid }) => `${name} (pid ${pid})`);
  throw new DrillError(
    'engine',
    `new processes come again and again: ${names.join(', ')}`,
    'see who starts them',
  );
}

async function processesOf(owner: Owner, folder: string): Promise<ProcessEntry[]> {
  const table = await processTable();
  const candidates = table.filter((entry) => entry.pid !== process.pid);
  const belongs = await Promise.all(candidates.map((entry) => belongsTo(entry, owner, folder)));
  return candidates.filter((_, index) => belongs[index]);
}

/**
 * A process carries the mark, or it was written down with its start, or (children of Postgres and nginx write over their
 * environment) it is a child that lost its parent and lives in the folder of the lab.
 */
async function belongsTo(entry: ProcessEntry, owner: Owner, folder: string): Promise<boolean> {
  const mark = await variableOf(entry.pid, markVariable);
  if (mark !== undefined) return mark === owner.mark;
  if (isIn(owner.processes, entry)) return true;
  if (!programsWithoutMark.has(entry.name)) return false;
  const workingFolder = await workingFolderOf(entry.pid);
  return workingFolder?.startsWith(folder + sep) ?? false;
}

const programsWithoutMark = new Set(['postgres', 'nginx']);
