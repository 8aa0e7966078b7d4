/** The process table as the operating system has it: `/proc`, or `ps` where there is none. */
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { runCommand } from './command.js';
import { codeOf } from './files.js';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** One letter, as `ps` has it: R, S, D, T (stopped), Z (ended, but not yet collected by its parent). */
  readonly state: string;
  /** With the pid it names one process for ever: a pid is given out again, but at another time or after another boot. */
  readonly startedAt: string;
  readonly name: string;
}

/** What names one process for ever. */
export type ProcessIdentity = Pick<ProcessEntry, 'pid' | 'startedAt'>;

const hasProc = existsSync('/proc/self/stat');

/** Every process that runs now; those that have ended and only wait to be collected are left out. */
export async function processTable(): Promise<readonly ProcessEntry[]> {
  const entries = hasProc ? await readProc() : await askPs(['-axo', psFields]);
  return entries.filter((entry) => !/^[ZX]/.test(entry.state));
}

/** One process, if it runs. */
export async function processEntry(pid: number): Promise<ProcessEntry | undefined> {
  const entries = hasProc ? await readProc([String(pid)]) : await askPs(['-o', psFields, '-p', String(pid)]);
  return entries.find((entry) => !/^[ZX]/.test(entry.state));
}

/** Whether exactly this process is in the table. */
export function isIn(table: readonly ProcessIdentity[], { pid, startedAt }: ProcessIdentity): boolean {
  return table.some((entry) => entry.pid === pid && entry.startedAt === startedAt);
}

/** All processes that have one of these among their ancestors. */
export function descendantsOf(pids: readonly number[], table: readonly ProcessEntry[]): ProcessEntry[] {
  const known = new Set(pids);
  const found: ProcessEntry[] = [];
  for (let before = -1; before !== found.length;) {
    before = found.length;
    for (const entry of table) {
      if (known.has(entry.pid) || !known.has(entry.parent)) continue;
      known.add(entry.pid);
      found.push(entry);
    }
  }
  return found;
}

/** A variable that a process was started with; `undefined` where it has none or it cannot be read. */
export async function variableOf(pid: number, name: string): Promise<string | undefined> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const line = environment.split('\0').find((variable) => variable.startsWith(`${name}=`));
  return line?.slice(name.length + 1);
}

/** The working folder of a process; `undefined` where it cannot be read. */
export async function workingFolderOf(pid: number): Promise<string | undefined> {
  return readlink(`/proc/${pid}/cwd`).catch(() => undefined);
}

/** @returns false where the process is gone already. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    throw error;
  }
}

let bootId: string | undefined;

async function readProc(pids?: readonly string[]): Promise<ProcessEntry[]> {
  bootId ??= (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'boot')).trim();
  const names = pids ?? (await readdir('/proc')).filter((name) => /^[0-9]+$/.test(name));
  const entries = await Promise.all(
    names.map(async (name) => {
      // A process may end between the listing and the look.
      const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
      return parseStat(stat, bootId ?? '');
    }),
  );
  return entries.filter((entry) => entry !== undefined);
}

/** `pid (name) state ppid pgrp …`; the name may hold blanks and brackets, field 22 is the start in ticks since boot. */
function parseStat(stat: string, boot: string): ProcessEntry | undefined {
  const { pid, name, rest } = /^(?<pid>[0-9]+) \((?<name>.*)\) (?<rest>.*)$/s.exec(stat)?.groups ?? {};
  if (pid === undefined || name === undefined || rest === undefined) return undefined;
  const [state = '', parent, group] = rest.split(' ');
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    state,
    startedAt: `${boot}/${rest.split(' ')[19] ?? ''}`,
    name,
  };
}

const psFields = 'pid=,ppid=,pgid=,state=,lstart=,comm=';

async function askPs(args: readonly string[]): Promise<ProcessEntry[]> {
  const { stdout } = await runCommand(['ps', ...args], { env: { LC_ALL: 'C' }, limitMs: 30_000 });
  return stdout.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    if (fields.length < 10) return [];
    const [pid, parent, group, state = ''] = fields;
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        state,
        startedAt: fields.slice(4, 9).join(' '),
        name: fields.slice(9).join(' '),
      },
    ];
  });
}
