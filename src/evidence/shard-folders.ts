/**
 * Where the evidence of each shard lies within that of the merged run: `shards/<number>/<drill>/<UTC start>`, with the index of its
 * machine two folders above, as everywhere. So it verifies as it did there.
 */
import { cp, copyFile, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../system/files.js';
import { indexFileName } from './run-index.js';
import { reportsFolderOf, runNameOf } from './run-place.js';
import type { ShardRun } from './shard-run.js';

const shardsFolder = 'shards';

/** Copies files and folders; links, which could lead anywhere, are left out. @throws what the disk says. */
export async function keepShard({ folder, shard }: ShardRun, mergedFolder: string): Promise<void> {
  const reports = join(mergedFolder, shardsFolder, String(shard.index));
  const target = join(reports, runNameOf(folder));
  await mkdir(target, { recursive: true });
  await cp(folder, target, {
    recursive: true,
    filter: async (path) => !(await lstat(path)).isSymbolicLink(),
  });
  await copyFile(join(reportsFolderOf(folder), indexFileName), join(reports, indexFileName)).catch(
    (error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
    },
  );
}

/** The folder of a shard's run; `undefined` where it is gone, or where there is more than one. */
export async function keptShard(mergedFolder: string, index: number): Promise<string | undefined> {
  const reports = join(mergedFolder, shardsFolder, String(index));
  const drill = await onlyFolderIn(reports);
  return drill === undefined ? undefined : onlyFolderIn(drill);
}

async function onlyFolderIn(folder: string): Promise<string | undefined> {
  const found = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const [first, ...others] = found.filter((it) => it.isDirectory());
  return first && others.length === 0 ? join(folder, first.name) : undefined;
}
