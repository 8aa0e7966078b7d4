/** Commands: the only place that starts other programs. Never through a shell. */
import type { Environment } from './environment.js';
import { delimiter, join } from 'node:path';
import { accessSync, constants, statSync } from 'node:fs';

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to the runner's own environment; a value of `undefined` takes one away. */
  readonly env?: Environment;
  readonly limitMs?: number;
  readonly signal?: AbortSignal;
  /** A file for standard input. */
  readonly stdinFile?: string;
  /** A file that standard output goes to, whole; `stdout` is then empty. */
  readonly stdoutFile?: string;
  /** Run as this user (only as root). */
  readonly uid?: number;
  readonly gid?: number;
  /** Told as soon as it runs. */
  readonly onStart?: (pid: number) => void;
}

/** How a command ended. An exit status is data, not an exception. */
export interface CommandResult {
  readonly command: readonly string[];
  /** `undefined` where it never started or was killed. */
  readonly exitCode: number | undefined;
  readonly ok: boolean;
  /** The last `outputLimitBytes` of each stream; bytes that are not UTF-8 are replaced. */
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** Why it failed, in one line; empty where it did not. */
  readonly failure: string;
}

export const outputLimitBytes = 1_000_000;
const killAfterMs = 3_000;
/** Left out after a cut, longer than any key: half of a secret would not be known for one. */
const tornBytes = 16 * 1024;

/**
 * Runs a program to its end. At the limit or when the signal aborts it is killed (TERM, then KILL) with all that it has started.
 * @throws the signal's reason.
 */
export async function runCommand(
  command: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { execa } = await import('execa');
  const [file = '', ...args] = command;
  const started = process.hrtime.bigint();
  const stdout = new Tail();
  const stderr = new Tail();
  const subprocess = execa(file, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
    extendEnv: false,
    reject: false,
    buffer: false,
    detached: true,
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.gid ?? options.uid }),
    stdin: options.stdinFile === undefined ? 'ignore' : { file: options.stdinFile },
    stdout: options.stdoutFile === undefined ? 'pipe' : { file: options.stdoutFile },
    stderr: 'pipe',
  });
  if (options.stdoutFile === undefined) subprocess.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  subprocess.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const guard = guardGroup(subprocess.pid, options);
  const end = await subprocess.finally(() => guard.release());
  options.signal?.throwIfAborted();
  const ok = !end.failed && !guard.timedOut();
  return {
    command,
    exitCode: end.exitCode,
    ok,
    stdout: stdout.text(),
    stderr: stderr.text(),
    durationMs: Number(process.hrtime.bigint() - started) / 1e6,
    failure: ok ? '' : guard.timedOut() ? tooLong(options.limitMs) : reasonOf(end),
  };
}

/** The full path of a program on PATH; `undefined` where there is none. */
export function findProgram(name: string, path: string = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

interface End {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly originalMessage?: string | undefined;
}

function tooLong(limitMs = 0): string {
  return `did not end within ${limitMs / 1_000} s`;
}

function reasonOf(end: End): string {
  if (end.exitCode !== undefined) return `exit code ${end.exitCode}`;
  if (end.signal !== undefined) return `killed by ${end.signal}`;
  return end.originalMessage ?? 'could not be started';
}

/** Process groups of commands that run; the runner does not end without them. */
const groups = new Set<number>();
process.on('exit', () => {
  for (const group of groups) signalGroup(group, 'SIGKILL');
});

/** Ends a command and all that it has started, at the limit or when the signal aborts. */
function guardGroup(
  group: number | undefined,
  { limitMs, signal, onStart }: CommandOptions,
): { timedOut: () => boolean; release: () => void } {
  if (group === undefined) return { timedOut: () => false, release: () => undefined };
  const timers: NodeJS.Timeout[] = [];
  let stopping = false;
  let late = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    signalGroup(group, 'SIGTERM');
    timers.push(setTimeout(() => signalGroup(group, 'SIGKILL'), killAfterMs));
  };
  const stopLate = () => {
    late = true;
    stop();
  };
  groups.add(group);
  onStart?.(group);
  if (limitMs !== undefined) timers.push(setTimeout(stopLate, limitMs));
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  return {
    timedOut: () => late,
    release: () => {
      timers.forEach(clearTimeout);
      signal?.removeEventListener('abort', stop);
      groups.delete(group);
      if (stopping) signalGroup(group, 'SIGKILL');
    },
  };
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // Nobody is left in it.
  }
}

/** Keeps the end of a stream, whatever its length. */
export class Tail {
  private chunks: Buffer[] = [];
  private size = 0;
  private cut = false;

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    while (this.size - (this.chunks[0]?.length ?? 0) >= outputLimitBytes) {
      this.size -= this.chunks.shift()?.length ?? 0;
      this.cut = true;
    }
  }

  text(): string {
    const kept = Buffer.concat(this.chunks).subarray(-outputLimitBytes);
    const end = this.cut || this.size > outputLimitBytes ? kept.subarray(tornBytes) : kept;
    return end.toString('utf8');
  }
}
