/** Programs that go on running: started in a process group of their own, with their output in a file. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Environment } from './environment.js';

export interface ProgramOptions {
  readonly cwd: string;
  /** The whole of its environment; nothing is inherited. */
  readonly env: Environment;
  /** Output of both kinds is appended to it. */
  readonly logFile: string;
  /** Run as this user (only as root). */
  readonly uid?: number;
  readonly gid?: number;
}

export interface Program {
  readonly pid: number;
  /** How it ended, in words; `undefined` while it runs. */
  ended(): string | undefined;
}

/** Starts it, and lets it run even if the runner ends. @throws where it cannot be started. */
export async function startProgram(command: readonly string[], options: ProgramOptions): Promise<Program> {
  const { logFile, ...rest } = options;
  const [file = '', ...args] = command;
  const log = await open(logFile, 'a');
  try {
    const child = spawn(file, args, { ...rest, detached: true, stdio: ['ignore', log.fd, log.fd] });
    let ended: string | undefined;
    child.once(
      'exit',
      (code, signal) => (ended = signal ? `killed by ${signal}` : `exit code ${code ?? '?'}`),
    );
    await once(child, 'spawn');
    // An error after the start is one of sending signals, which we do ourselves.
    child.on('error', () => undefined);
    child.unref();
    return { pid: child.pid ?? 0, ended: () => ended };
  } finally {
    await log.close();
  }
}
