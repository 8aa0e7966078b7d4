/** Runs a program of ours for one test: started, waited for by what it says, and stopped when the test ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'node:test';

export interface Program {
  /** What it has written to standard output until now. */
  output(): string;
  /** Waits until it has written that. @throws where it ends without. */
  untilSays(wanted: RegExp): Promise<void>;
}

/** @param compiled the URL of its compiled file. @throws where it ends before it has said `ready`. */
export async function startProgram(
  context: TestContext,
  compiled: URL,
  options: { readonly env: Readonly<Record<string, string>>; readonly ready: RegExp },
): Promise<Program> {
  const child = spawn(process.execPath, [fileURLToPath(compiled)], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  context.after(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const untilSays = async (wanted: RegExp): Promise<void> => {
    while (!wanted.test(output)) {
      if (child.exitCode !== null) throw new Error(`${compiled.pathname} ended: ${output}`);
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    }
  };
  await untilSays(options.ready);
  return { output: () => output, untilSays };
}
