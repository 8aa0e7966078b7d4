/**
 * The mark that a run leaves on all that it makes: in a file of each temporary folder, and in the environment of every process.
 * What a dead run left behind is recognised by it, and by nothing else.
 */
import { chmod, lstat, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DrillError } from '../model/drill-error.js';
import type { Environment } from '../system/environment.js';
import { processEntry } from '../system/process-table.js';
import type { ProcessIdentity } from '../system/process-table.js';
import { randomHex } from '../system/random.js';
import type { EngineName } from './engine.js';

export const ownerFile = 'owner.json';
export const runVariable = 'KONG_DRILL_RUN';
/** Random for each lab, so that nothing else on the machine can carry it by chance. */
export const markVariable = 'KONG_DRILL_MARK';
const folderPrefix = 'kong-drill-';
/** Of a folder that is not finished yet; a runner that dies just then leaves it. */
const makingPrefix = '.kong-drill-making-';

export interface Owner {
  readonly version: 1;
  readonly engine: EngineName;
  readonly runId: string;
  readonly caseId: string;
  readonly mark: string;
  readonly runner: ProcessIdentity;
  readonly processes: readonly OwnedProcess[];
}

export interface OwnedProcess extends ProcessIdentity {
  readonly what: string;
}

/** A folder of a lab or of its case, and whose it is. */
export interface OwnedFolder {
  readonly path: string;
  readonly owner: Owner;
}

/**
 * Makes a folder that says whose it is from the moment that it has its name.
 * @throws DrillError `engine` where the runner cannot be found in the process table.
 */
export async function makeOwnedFolder(
  { engine, runId, caseId }: Pick<Owner, 'engine' | 'runId' | 'caseId'>,
  temporaryFolder: string,
): Promise<OwnedFolder> {
  const owner: Owner = {
    version: 1,
    engine,
    runId,
    caseId,
    mark: randomHex(),
    runner: await thisRunner(),
    processes: [],
  };
  const making = await mkdtemp(join(temporaryFolder, makingPrefix));
  await writeFile(join(making, ownerFile), JSON.stringify(owner), { mode: 0o600 });
  // The server's own user passes through, and sees nothing.
  await chmod(making, 0o711);
  const name = `${folderPrefix}${runId.replaceAll(/[^A-Za-z0-9._-]/g, '_')}-${randomHex(4)}`;
  const path = join(temporaryFolder, name);
  await rename(making, path);
  return { path, owner };
}

/** The variables that everything carries that is started on this machine for the case. */
export function marksOf({ runId, mark }: Owner): Environment {
  return { [runVariable]: runId, [markVariable]: mark };
}

/** All places where such folders can be: the system's temporary folder, and one that every user can pass into. */
export function temporaryFolders(environment: Environment): readonly string[] {
  return [...new Set([environment.TMPDIR ?? tmpdir(), '/tmp'])];
}

/** With all that is in it; one that is gone already is no error. */
export async function removeOwnedFolder({ path }: Pick<OwnedFolder, 'path'>): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * Folders that say of themselves that they are a run's, and that belong to this user: nobody else can make us end a process
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

async function thisRunner(): Promise<ProcessIdentity> {
  const runner = await processEntry(process.pid);
  if (!runner)
    throw new DrillError('engine', 'the runner is not in the process table', 'give the runner /proc, or ps');
  const { pid, startedAt } = runner;
  return { pid, startedAt };
}

function parseOwner(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    const { version, engine, runId, mark, runner, processes } = owner ?? {};
    const isOne =
      version === 1 &&
      typeof engine === 'string' &&
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
