/** Files between the runner's machine and containers: copied, never mounted, since the engine may be on another machine. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { randomHex } from '../../system/random.js';
import { apiOf } from './container.js';
import type { Container } from './container.js';
import { asked, isMissing } from './docker.js';
import { itemsOf, readTar, tarOf, unpackTar } from '../../system/tar.js';
import type { TarItem } from '../../system/tar.js';

/** Where files of the runner's machine are found in a container. */
export interface Places {
  readonly inside: (file: string) => string;
}

const root = 'kong-drill/files';

/** Gives every file of a call a folder of its own inside, so that equal names do not meet. */
export function placesOf(call: string, files: readonly string[]): Places {
  const folders = new Map(files.map((file, at) => [file, `/${root}/${call}/${at}`]));
  return {
    inside: (file) => {
      const folder = folders.get(file);
      if (folder === undefined)
        throw new Error(`${file} is neither among the files read nor among those written`);
      return `${folder}/${basename(file)}`;
    },
  };
}

export interface Transferred {
  readonly places: Places;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** A folder inside that has to be there. */
  readonly workingFolder?: string;
}

/** What to copy in before a call: the files that it reads, and empty folders for those that it writes. */
export async function packedFiles(call: Transferred): Promise<Readable> {
  const { places, reads, writes, workingFolder } = call;
  const read = await Promise.all(reads.map((file) => itemsOf(file, places.inside(file).slice(1))));
  const parents = [...reads, ...writes].map((file) => dirname(places.inside(file)));
  const folders = [...parents, ...(workingFolder === undefined ? [] : [workingFolder])].map((folder) =>
    folder.slice(1),
  );
  return tarStream([...parentsOf(folders), ...read.flat()]);
}

/** Folders from the root down, open for whatever user the image runs as. */
function parentsOf(folders: readonly string[]): TarItem[] {
  const names = folders.flatMap((folder) =>
    folder.split('/').map((_, at, parts) => parts.slice(0, at + 1).join('/')),
  );
  return [...new Set(names)].sort().map((name) => ({ name, folder: true, mode: 0o1777 }));
}

export function tarStream(items: Iterable<TarItem>): Readable {
  return Readable.from(tarOf(items));
}

export async function putInto(
  container: Container,
  tar: Readable,
  target = '/',
  signal?: AbortSignal,
): Promise<void> {
  await asked(
    `copy files into ${container.role}`,
    apiOf(container).putArchive(tar, { path: target }),
    signal,
  );
}

/** Reads files out of a folder of a container, running or not, without keeping a copy. */
export async function readFrom(
  container: Container,
  folder: string,
  { signal, ...reader }: Parameters<typeof readTar>[1] & { signal: AbortSignal },
): Promise<void> {
  const what = `read ${folder} of ${container.role}`;
  const archive = await asked(what, apiOf(container).getArchive({ path: folder }), signal);
  await asked(what, readTar(archive as AsyncIterable<unknown>, reader, signal), signal);
}

/** Brings a written file or folder back to where the caller wants it; one that was not written is not an error. */
export async function fetchFrom(
  container: Container,
  inside: string,
  file: string,
  signal?: AbortSignal,
): Promise<void> {
  const archive = await asked(
    `copy ${inside} out of ${container.role}`,
    apiOf(container)
      .getArchive({ path: inside })
      .catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      }),
    signal,
  );
  if (!archive) return;
  const folder = join(dirname(file), `.kong-drill-${randomHex(4)}`);
  await mkdir(folder, { recursive: true });
  try {
    await asked(
      `copy ${inside} out of ${container.role}`,
      unpackTar(archive as AsyncIterable<unknown>, folder),
      signal,
    );
    await rm(file, { recursive: true, force: true });
    await rename(join(folder, basename(inside)), file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
