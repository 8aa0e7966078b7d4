/** The files of a Postgres server as they lie on its disk, looked at without asking the server. */
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { DataDamage, DataPages } from './engine.js';
import { codeOf } from '../system/files.js';
import { randomBuffer } from '../system/random.js';

/** Object ids below are those of the server's own databases (`template1`, `postgres`), which are let alone. */
export const firstOwnDatabase = 16_384;

const pageBytes = 8_192;
/** Where a page says how long it is and by which layout it is written; 4 since Postgres 8.3. */
const versionOffset = 18;
const pageVersion = pageBytes + 4;
const relationFile = /^\d+(?:\.\d+)?$/;

/** Overwrites all files of the databases below a folder `base` with random bytes, in place: a server that has them open sees it. */
export async function damageFiles(base: string): Promise<DataDamage> {
  const damaged = { files: 0, bytes: 0 };
  for (const path of await filesOfDatabases(base)) {
    const bytes = await ifStillThere(overwrite(path));
    damaged.files += bytes === undefined ? 0 : 1;
    damaged.bytes += bytes ?? 0;
  }
  return damaged;
}

/** How many pages of tables and indexes there are below a folder `base`, and how many are none that Postgres would have written. */
export async function countPages(base: string): Promise<DataPages> {
  const counter = pageCounter();
  for (const path of await filesOfDatabases(base)) {
    const content = isCounted(relative(base, path)) && (await ifStillThere(readFile(path)));
    if (content) counter.add(content);
  }
  return counter.counted();
}

/** Whether a file, by its path below `base`, holds pages of a table or an index of a database that is not the server's own. */
export function isCounted(path: string): boolean {
  const [folder, name = ''] = path.split('/');
  return Number(folder) >= firstOwnDatabase && relationFile.test(name);
}

/** Counts the pages of files one after another. */
export function pageCounter() {
  let [pages, invalid] = [0, 0];
  return {
    add: (content: Buffer): void => {
      for (let at = 0; at + pageBytes <= content.length; at += pageBytes) {
        pages += 1;
        if (!isPage(content.subarray(at, at + pageBytes))) invalid += 1;
      }
    },
    counted: (): DataPages => ({ pages, invalid }),
  };
}

/** A page that was added and not yet written to is all zeros. */
function isPage(page: Buffer): boolean {
  return page.readUInt16LE(versionOffset) === pageVersion || page.every((byte) => byte === 0);
}

async function filesOfDatabases(base: string): Promise<readonly string[]> {
  const folders = (await readdir(base)).filter((name) => Number(name) >= firstOwnDatabase);
  const found: string[] = [];
  for (const folder of folders) {
    for (const name of await readdir(join(base, folder))) {
      const path = join(base, folder, name);
      const entry = await ifStillThere(stat(path));
      if (entry?.isFile() && entry.size > 0) found.push(path);
    }
  }
  return found;
}

/** @returns how many bytes it has. */
async function overwrite(path: string): Promise<number> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    await file.write(randomBuffer(size), 0, size, 0);
    await file.sync();
    return size;
  } finally {
    await file.close();
  }
}

/** A server that runs removes files between the look at a folder and the look at what was in it. */
async function ifStillThere<T>(looked: Promise<T>): Promise<T | undefined> {
  try {
    return await looked;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
