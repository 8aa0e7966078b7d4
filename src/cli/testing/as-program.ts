/** A command line, run as a user types it: as a program of its own, in a folder. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { environment } from '../../system/environment.js';
import type { Ended } from './in-process.js';

const program = fileURLToPath(new URL('../main.js', import.meta.url));

/** @returns -1 as the code of one that a signal ended. */
export function asProgram(
  words: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string>> = {},
): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    cwd,
    env: { ...environment(), NO_COLOR: '1', ...variables },
    encoding: 'utf8',
  });
  return { code: status ?? -1, out: stdout, err: stderr };
}
