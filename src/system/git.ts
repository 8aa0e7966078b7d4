/** What git knows of a folder. */
import { runCommand } from './command.js';

/** The revision checked out in a folder, with `-dirty` behind it where files were changed; `undefined` outside git. */
export async function gitRevision(folder: string): Promise<string | undefined> {
  const limitMs = 5_000;
  const result = await runCommand(['git', 'describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'], {
    cwd: folder,
    limitMs,
  });
  return result.ok ? result.stdout.trim() : undefined;
}
