/** What dead runs left behind: ended and removed. A run that lives, and whatever carries no mark, is left alone. */
import type { Clock } from '../system/clock.js';
import { processEntry } from '../system/process-table.js';
import type { EngineName } from './engine.js';
import { ownedFolders, removeOwnedFolder } from './owned-folder.js';
import type { OwnedFolder } from './owned-folder.js';
import { endProcesses } from './leftovers.js';

export interface FoldersToClean {
  /** Whose runs; all of them where nobody says. */
  readonly engine?: EngineName;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** @returns what was ended and removed, a sentence each. */
export async function cleanFolders(
  temporaryFolders: readonly string[],
  { engine, clock, signal }: FoldersToClean,
): Promise<string[]> {
  const folders = (await Promise.all(temporaryFolders.map(ownedFolders))).flat();
  const said: string[] = [];
  for (const folder of folders) {
    signal.throwIfAborted();
    if (engine === undefined || folder.owner.engine === engine) said.push(...(await cleanOne(folder, clock)));
  }
  return said;
}

async function cleanOne(folder: OwnedFolder, clock: Clock): Promise<string[]> {
  const { path, owner } = folder;
  const runner = await processEntry(owner.runner.pid);
  if (runner?.startedAt === owner.runner.startedAt) return [];
  const ended = await endProcesses(owner, path, clock);
  await removeOwnedFolder(folder);
  return [
    ...ended.map(({ name, pid }) => `ended ${name} (pid ${pid}) of run ${owner.runId}`),
    `removed ${path} of run ${owner.runId}`,
  ];
}
