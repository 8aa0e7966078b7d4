/**
 * Tar archives as streams: files for containers, and folders that change while they are read, as the data folder of a
 * running Postgres does.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, chown, mkdir, open, readdir, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract, pack } from 'tar-stream';
import type { Extract as Extractor, Pack } from 'tar-stream';
import { DrillError } from '../model/drill-error.js';
import { codeOf } from './files.js';

/** A file or folder to pack; `name` is its path within the archive, without a leading slash. */
export type TarItem =
  | { readonly name: string; readonly folder: true; readonly mode?: number }
  | { readonly name: string; readonly content: string | Uint8Array; readonly mode?: number }
  | { readonly name: string; readonly file: string; readonly mode?: number };

export interface PackOptions {
  /** Whether a file or folder is left out; its path is relative to the folder. */
  readonly leaveOut?: (path: string, isFolder: boolean) => boolean;
  readonly signal?: AbortSignal;
}

export interface UnpackOptions {
  /** Keeps the modes, but for what the owner may do in any case (read, write, enter), and refuses what is neither a file nor a folder; otherwise such entries are left out. */
  readonly exact?: boolean;
  /** Who gets what is unpacked; by default the runner. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly signal?: AbortSignal;
}

type Entry = Extractor extends AsyncIterable<infer Item> ? Item : never;

const chunkBytes = 1024 * 1024;

/** What has to be packed so that a file or folder of this machine is found under `name`. */
export async function itemsOf(path: string, name: string): Promise<readonly TarItem[]> {
  const found = await stat(path);
  if (!found.isDirectory()) return [{ name, file: path, mode: found.mode & 0o777 }];
  const entries = (await readdir(path)).sort();
  const below = await Promise.all(entries.map((entry) => itemsOf(join(path, entry), `${name}/${entry}`)));
  return [{ name, folder: true }, ...below.flat()];
}

/**
 * Packs items in their order. A file that grows meanwhile is cut at the size it had, one that shrinks is filled up with
 * zeros, one that vanishes is left out.
 */
export async function* tarOf(items: Iterable<TarItem> | AsyncIterable<TarItem>): AsyncGenerator<Buffer> {
  const archive = pack();
  const packing = packAll(items, archive).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  yield* archive as AsyncIterable<Buffer>;
  await packing;
}

/**
 * Packs a folder into a file, which is on disk when this returns. Postgres's WAL repairs what changes meanwhile.
 * @throws DrillError on links and other things that are neither file nor folder.
 */
export async function packFolder(folder: string, tarFile: string, options: PackOptions = {}): Promise<void> {
  const target = createWriteStream(tarFile, { mode: 0o600, flush: true });
  await pipeline(Readable.from(tarOf(walk(folder, '', options))), target, { signal: options.signal });
}

/** Unpacks an archive below a folder that exists. @returns the names of its files. */
export async function unpackTar(
  source: AsyncIterable<unknown>,
  folder: string,
  options: UnpackOptions = {},
): Promise<readonly string[]> {
  const names: string[] = [];
  const unpack = async (entry: Entry): Promise<void> => {
    const { name } = entry.header;
    const isFile = await unpackEntry(entry, folder, options).catch((error: unknown) => {
      throw unfitCodes.has(codeOf(error) ?? '') ? unfit(name, error) : error;
    });
    if (isFile) names.push(name);
  };
  await eachEntry(source, unpack, options.signal);
  return names;
}

/** Hands over the files of an archive whose names are wanted, one after another and each whole, without writing them anywhere. */
export function readTar(
  source: AsyncIterable<unknown>,
  { wanted, take }: { wanted: (name: string) => boolean; take: (content: Buffer) => void },
  signal?: AbortSignal,
): Promise<void> {
  const read = async (entry: Entry): Promise<void> => {
    if (entry.header.type === 'file' && wanted(entry.header.name)) take(await buffer(entry));
    else entry.resume();
  };
  return eachEntry(source, read, signal);
}

/** As `unpackTar`, of a file. */
export function unpackTarFile(tarFile: string, folder: string, options: UnpackOptions = {}) {
  return unpackTar(createReadStream(tarFile), folder, options);
}

async function eachEntry(
  source: AsyncIterable<unknown>,
  act: (entry: Entry) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const archive = extract();
  const feeding = pipeline(Readable.from(source), archive, { signal });
  const broken = feeding.then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    for await (const entry of archive) await act(entry);
    await feeding;
  } catch (error) {
    signal?.throwIfAborted();
    const cause = await broken;
    throw isDamage(cause) ? damaged(cause) : error;
  }
}

async function packAll(items: Iterable<TarItem> | AsyncIterable<TarItem>, archive: Pack): Promise<void> {
  for await (const item of items) {
    if ('folder' in item)
      archive.entry({ name: `${item.name}/`, mode: item.mode ?? 0o755, type: 'directory' });
    else if ('content' in item)
      archive.entry({ name: item.name, mode: item.mode ?? 0o644 }, Buffer.from(item.content));
    else await packFile(item, archive);
  }
  archive.finalize();
}

async function packFile(
  { file, name, mode }: Extract<TarItem, { file: string }>,
  archive: Pack,
): Promise<void> {
  const source = await open(file, 'r').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!source) return;
  try {
    const found = await source.stat();
    const entry = archive.entry({ name, size: found.size, mode: mode ?? found.mode & 0o777 });
    await pipeline(Readable.from(exactly(source, found.size)), entry);
  } finally {
    await source.close();
  }
}

/** The announced number of bytes, whatever happens to the file meanwhile. */
async function* exactly(source: FileHandle, sizeBytes: number): AsyncGenerator<Buffer> {
  for (let left = sizeBytes; left > 0;) {
    const length = Math.min(chunkBytes, left);
    const { bytesRead, buffer } = await source.read(Buffer.alloc(length), 0, length);
    yield bytesRead === 0 ? buffer : buffer.subarray(0, bytesRead);
    left -= bytesRead === 0 ? length : bytesRead;
  }
}

async function* walk(folder: string, within: string, options: PackOptions): AsyncGenerator<TarItem> {
  const entries = await readdir(join(folder, within), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = join(within, entry.name);
    const isFolder = entry.isDirectory();
    if (options.leaveOut?.(name, isFolder)) continue;
    if (isFolder) {
      yield { name, folder: true, mode: 0o700 };
      yield* walk(folder, name, options);
    } else if (entry.isFile()) yield { name, file: join(folder, name) };
    else throw new DrillError('engine', `${name}: neither a file nor a folder`, 'back it up by other means');
  }
}

/** @returns whether it was a file. */
async function unpackEntry(entry: Entry, folder: string, options: UnpackOptions): Promise<boolean> {
  const { name, type, mode } = entry.header;
  const target = inside(folder, name);
  if (type === 'directory') {
    await mkdir(target, { recursive: true });
    entry.resume();
  } else if (type === 'file') {
    await mkdir(dirname(target), { recursive: true });
    await pipeline(Readable.from(entry), createWriteStream(target, { mode: 0o600 }));
  } else if (options.exact) {
    throw new DrillError(
      'engine',
      `${shown(name)}: expected a file or a folder, got: ${type}`,
      'make the backup anew',
    );
  } else {
    entry.resume();
    return false;
  }
  if (options.exact) await chmod(target, (mode & 0o777) | (type === 'directory' ? 0o700 : 0o600));
  if (options.owner) await chown(target, options.owner.uid, options.owner.gid);
  return type === 'file';
}

function inside(folder: string, name: string): string {
  const target = resolve(folder, name);
  if (target === resolve(folder) || target.startsWith(resolve(folder) + sep)) return target;
  throw new DrillError(
    'engine',
    `an archive names a file outside its folder: ${shown(name)}`,
    'see who made it',
  );
}

/** What an archive alone can be to blame for: names that no file can have, a file where a folder is. */
const unfitCodes: ReadonlySet<string> = new Set([
  'EISDIR',
  'ENOTDIR',
  'EEXIST',
  'ENAMETOOLONG',
  'EINVAL',
  'EILSEQ',
  'ERR_INVALID_ARG_VALUE',
]);

function unfit(name: string, cause: unknown): DrillError {
  const message = `an archive holds what cannot be unpacked: ${shown(name)} (${codeOf(cause)})`;
  return new DrillError('engine', message, 'see who made it', { cause });
}

/** A name can be as long as whoever packed it likes. */
function shown(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}

function isDamage(error: unknown): error is Error {
  return (
    error instanceof Error &&
    /^(Invalid (tar )?header|Header exceeds max size|Unexpected end of data)/.test(error.message)
  );
}

function damaged(cause: Error): DrillError {
  return new DrillError(
    'engine',
    `not a tar archive, damaged, or cut short: ${cause.message}`,
    'compare its checksum with the original',
  );
}
