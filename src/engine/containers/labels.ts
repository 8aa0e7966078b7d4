/** The mark that everything of a run carries, and what it says of whether that run still lives. */
import { hostname } from 'node:os';
import { pid } from 'node:process';
import { isIn, processEntry } from '../../system/process-table.js';
import type { ProcessEntry } from '../../system/process-table.js';

const prefix = 'com.kong-drill';
export const runLabel = `${prefix}.run`;
export const caseLabel = `${prefix}.case`;
export const roleLabel = `${prefix}.role`;
const hostLabel = `${prefix}.host`;
const pidLabel = `${prefix}.pid`;
const startedLabel = `${prefix}.started`;

export type Labels = Readonly<Record<string, string>>;

/** Labels of whatever this process starts for a run. */
export async function labelsOf(runId: string, caseId: string): Promise<Labels> {
  const own = await processEntry(pid);
  return {
    [runLabel]: runId,
    [caseLabel]: caseId,
    [hostLabel]: hostname(),
    [pidLabel]: String(pid),
    [startedLabel]: own?.startedAt ?? '',
  };
}

export type Owner = 'alive' | 'dead' | 'elsewhere' | 'not ours';

/** Whether the runner that set these labels lives. One on another host cannot be seen from here, so what it has is left alone. */
export function ownerOf(labels: Labels, table: readonly ProcessEntry[], here: string = hostname()): Owner {
  const { [runLabel]: run, [hostLabel]: host, [pidLabel]: owner, [startedLabel]: startedAt } = labels;
  if (!run || !host || !owner || !startedAt) return 'not ours';
  if (host !== here) return 'elsewhere';
  return isIn(table, { pid: Number(owner), startedAt }) ? 'alive' : 'dead';
}
