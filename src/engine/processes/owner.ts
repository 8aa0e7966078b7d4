/** The mark that a run leaves on all that it starts: in a file of its folder, and in the environment of every process. */
import { readFile, readdir, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../system/process-table.js';

export const ownerFile = 'owner.json';
export const runVariable = 'KONG_DRILL_RUN';
/** Random for each lab, so that nothing else on the machine can carry it by chance. */
export const markVariable = 'KONG_DRILL_MARK';
export const folderPrefix = 'kong-drill-';
/** Of a folder that is not finished yet; a runner that dies just then leaves it. */
export const makingPrefix = '.kong-drill-making-';

export interface Owner {
  readonly version: 1;
  readonly runId: string;
  readonly caseId: string;
  readonly mark: string;
  readonly runner: ProcessIdentity;
  readonly processes: readonly OwnedProcess[];
}

export interface OwnedProcess extends ProcessIdentity {
  readonly what: string;
}

/** A lab's folder, and whose it is. */
export interface OwnedFolder {
  readonly path: string;
  readonly owner: Owner;
}

/**
 * Folders that say of themselves that they are a lab's, and that belong to this user: nobody else can make us end a process
 * by putting its pid into a file.
 */
export async function ownedFolders(temporaryFolder: string): Promise<OwnedFolder[]> {
  const names = await readdir(temporaryFolder).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => name.startsWith(folderPrefix) || name.startsWith(makingPrefix))
      .map(async (name): Promise<OwnedFolder | undefined> => {
        const path = join(temporaryFolder, name);
        const entry = await lstat(path).catch(() => undefined);
        if (!entry?.isDirectory() || entry.uid !== process.getuid?.() || (entry.mode & 0o022) !== 0) return;
        const owner = parseOwner(await readFile(join(path, ownerFile), 'utf8').catch(() => ''));
        return owner && { path, owner };
      }),
  );
  return found.filter((each) => each !== undefined);
}

function parseOwner(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    const { version, runId, mark, runner, processes } = owner ?? {};
    const isOne =
      version === 1 &&
      typeof runId === 'string' &&
      typeof mark === 'string' &&
      mark.length >= 16 &&
      typeof runner?.pid === 'number' &&
      typeof runner.startedAt === 'string' &&
      Array.isArray(processes);
    return isOne ? (owner as Owner) : undefined;
  } catch {
    return undefined;
  }
}
