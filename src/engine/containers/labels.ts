/** The mark that everything of a run carries, and what it says of whether that run still lives. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { pid } from 'node:process';

const prefix = 'com.kong-drill';
export const runLabel = `${prefix}.run`;
export const caseLabel = `${prefix}.case`;
export const roleLabel = `${prefix}.role`;
const hostLabel = `${prefix}.host`;
const pidLabel = `${prefix}.pid`;
const startLabel = `${prefix}.process-start`;

export type Labels = Readonly<Record<string, string>>;

/** Labels of whatever this process starts for a run. */
export function labelsOf(runId: string, caseId: string): Labels {
  return {
    [runLabel]: runId,
    [caseLabel]: caseId,
    [hostLabel]: hostname(),
    [pidLabel]: String(pid),
    [startLabel]: processStart(pid) ?? '',
  };
}

export type Owner = 'alive' | 'dead' | 'elsewhere' | 'not ours';

/** Whether the runner that set these labels lives. A runner on another host cannot be seen from here, so it is left alone. */
export function ownerOf(labels: Labels, here: string = hostname()): Owner {
  if (!labels[runLabel]) return 'not ours';
  if (labels[hostLabel] !== here) return 'elsewhere';
  const owner = Number(labels[pidLabel]);
  if (!Number.isInteger(owner) || owner <= 0) return 'not ours';
  if (!exists(owner)) return 'dead';
  const start = processStart(owner);
  return start === undefined || start === labels[startLabel] ? 'alive' : 'dead';
}

function exists(owner: number): boolean {
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return error instanceof Error && Reflect.get(error, 'code') === 'EPERM';
  }
}

/** Ticks since boot at which a process started: process ids are used again, this is not. Linux only. */
function processStart(owner: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${owner}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
