/** Everything that a lab has started and that still runs: found by what was written down, and by the marks. */
import { sep } from 'node:path';
import { DrillError } from '../../model/drill-error.js';
import { waitFor } from '../../system/clock.js';
import type { Clock } from '../../system/clock.js';
import {
  descendantsOf,
  isIn,
  processTable,
  sendSignal,
  variableOf,
  workingFolderOf,
} from '../../system/process-table.js';
import type { ProcessEntry } from '../../system/process-table.js';
import { markVariable } from './owner.js';
import type { Owner } from './owner.js';

const goneLimitMs = 5_000;

/** Kills them all, and waits until they are gone. @returns those that ran. @throws DrillError where one stays. */
export async function endProcesses(owner: Owner, folder: string, clock: Clock): Promise<ProcessEntry[]> {
  const ended: ProcessEntry[] = [];
  const look = async () => {
    const left = await processesOf(owner, folder);
    for (const entry of left) sendSignal(entry.pid, 'SIGKILL');
    ended.push(...left.filter((entry) => !isIn(ended, entry)));
    return left.length === 0
      ? ({ done: true, value: undefined } as const)
      : ({ done: false, seen: left.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ') } as const);
  };
  const end = await waitFor(look, { clock, limitMs: goneLimitMs, everyMs: 20 });
  if (end.done) return ended;
  throw new DrillError('engine', `still running after SIGKILL: ${end.seen}`, 'look at them with ps');
}

async function processesOf(owner: Owner, folder: string): Promise<ProcessEntry[]> {
  const table = await processTable();
  const candidates = table.filter((entry) => entry.pid !== process.pid);
  const belongs = await Promise.all(candidates.map((entry) => belongsTo(entry, owner, folder)));
  const own = candidates.filter((_, index) => belongs[index]);
  const pids = own.map(({ pid }) => pid);
  return [...own, ...descendantsOf(pids, table).filter(({ pid }) => pid !== process.pid)];
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
