/** Tar files (ustar) of folders that change while they are read, as the data folder of a running Postgres does. */
import { chmod, chown, mkdir, open, readdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { DrillError } from '../model/drill-error.js';
import { codeOf } from './files.js';

export interface PackOptions {
  /** Whether a file or folder is left out; its path is relative to the folder. */
  readonly leaveOut?: (path: string, isFolder: boolean) => boolean;
  readonly signal?: AbortSignal;
}

export interface UnpackOptions {
  /** Who gets what is unpacked; by default the runner. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly signal?: AbortSignal;
}

const blockBytes = 512;
const chunkBytes = 1024 * 1024;
/** Of the octal size field; a file of Postgres has 1 GiB at most. */
const sizeLimitBytes = 8 ** 11 - 1;

/**
 * Packs a folder. A file that grows meanwhile is cut at the size it had, one that shrinks is filled up with zeros, one that
 * vanishes is left out: Postgres's WAL repairs all of these.
 * @throws DrillError on links and other things that are neither file nor folder.
 */
export async function packFolder(folder: string, tarFile: string, options: PackOptions = {}): Promise<void> {
  const target = await open(tarFile, 'w', 0o600);
  try {
    for await (const { path, isFolder, isFile } of walk(folder, '', options)) {
      options.signal?.throwIfAborted();
      if (isFolder) await target.write(headerOf(`${path}/`, { mode: 0o700, size: 0, type: '5' }));
      else if (isFile) await packFile(join(folder, path), path, target);
      else
        throw new DrillError('engine', `${path}: neither a file nor a folder`, 'back it up by other means');
    }
    await target.write(Buffer.alloc(2 * blockBytes));
    await target.sync();
  } finally {
    await target.close();
  }
}

/** Unpacks into a folder that exists. @throws DrillError on anything but plain files and folders within it. */
export async function unpackTar(tarFile: string, folder: string, options: UnpackOptions = {}): Promise<void> {
  const source = await open(tarFile, 'r');
  try {
    for (let at = 0; ;) {
      options.signal?.throwIfAborted();
      const entry = parseHeader(await readExactly(source, blockBytes, at), tarFile);
      if (!entry) return;
      await unpackEntry(entry, { source, at: at + blockBytes, folder, ...options });
      at += blockBytes + Math.ceil(entry.size / blockBytes) * blockBytes;
    }
  } finally {
    await source.close();
  }
}

interface Entry {
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  readonly type: string;
}

async function* walk(folder: string, within: string, options: PackOptions): AsyncGenerator<Found> {
  const entries = await readdir(join(folder, within), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(within, entry.name);
    const isFolder = entry.isDirectory();
    if (options.leaveOut?.(path, isFolder)) continue;
    yield { path, isFolder, isFile: entry.isFile() };
    if (isFolder) yield* walk(folder, path, options);
  }
}

interface Found {
  readonly path: string;
  readonly isFolder: boolean;
  readonly isFile: boolean;
}

async function packFile(file: string, path: string, target: FileHandle): Promise<void> {
  const source = await open(file, 'r').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!source) return;
  try {
    const { size, mode } = await source.stat();
    await target.write(headerOf(path, { mode: mode & 0o777, size, type: '0' }));
    const buffer = Buffer.alloc(Math.min(chunkBytes, Math.max(size, 1)));
    for (let left = size; left > 0;) {
      const { bytesRead } = await source.read(buffer, 0, Math.min(left, buffer.length));
      if (bytesRead === 0) buffer.fill(0);
      const length = bytesRead === 0 ? Math.min(left, buffer.length) : bytesRead;
      await target.write(buffer, 0, length);
      left -= length;
    }
    await target.write(Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes));
  } finally {
    await source.close();
  }
}

function headerOf(path: string, { mode, size, type }: Omit<Entry, 'path'>): Buffer {
  if (Buffer.byteLength(path) > 100 || size > sizeLimitBytes)
    throw new DrillError(
      'engine',
      `${path}: too long or too large for a tar file`,
      'back it up by other means',
    );
  const header = Buffer.alloc(blockBytes);
  header.write(path, 0);
  header.write(`${octal(mode, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100);
  header.write(`${octal(size, 11)}\0${octal(0, 11)}\0        ${type}`, 124);
  header.write('ustar\x0000', 257);
  header.write(`${octal(sumOf(header), 6)}\0 `, 148);
  return header;
}

/** @returns `undefined` at the end of the archive. */
function parseHeader(header: Buffer, tarFile: string): Entry | undefined {
  if (header.every((byte) => byte === 0)) return undefined;
  const field = (from: number, to: number) => header.toString('utf8', from, to).replace(/\0.*$/s, '').trim();
  if (Number.parseInt(field(148, 156), 8) !== sumOf(header))
    throw new DrillError(
      'engine',
      `${tarFile}: not a tar file, or damaged`,
      'compare its checksum with the original',
    );
  const prefix = field(345, 500);
  return {
    path: prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`,
    mode: Number.parseInt(field(100, 108), 8) & 0o777,
    size: Number.parseInt(field(124, 136), 8) || 0,
    type: field(156, 157),
  };
}

interface Place extends UnpackOptions {
  readonly source: FileHandle;
  readonly at: number;
  readonly folder: string;
}

async function unpackEntry({ path, mode, size, type }: Entry, place: Place): Promise<void> {
  const target = resolve(place.folder, path);
  const isInside = target === resolve(place.folder) || target.startsWith(resolve(place.folder) + sep);
  if (!isInside || !['', '0', '5'].includes(type))
    throw new DrillError(
      'engine',
      `${path}: expected a file or a folder within the archive`,
      'make the backup anew',
    );
  if (type === '5') {
    await mkdir(target, { recursive: true });
  } else {
    await mkdir(dirname(target), { recursive: true });
    await unpackFile(target, size, place);
  }
  await chmod(target, mode);
  if (place.owner) await chown(target, place.owner.uid, place.owner.gid);
}

async function unpackFile(target: string, size: number, { source, at }: Place): Promise<void> {
  const file = await open(target, 'w', 0o600);
  try {
    for (let done = 0; done < size;) {
      const chunk = await readExactly(source, Math.min(chunkBytes, size - done), at + done);
      await file.write(chunk);
      done += chunk.length;
    }
  } finally {
    await file.close();
  }
}

async function readExactly(source: FileHandle, length: number, at: number): Promise<Buffer> {
  const { buffer, bytesRead } = await source.read(Buffer.alloc(length), 0, length, at);
  if (bytesRead === length) return buffer;
  throw new DrillError('engine', 'the tar file ends too early', 'compare its checksum with the original');
}

/** The checksum field itself counts as blanks. */
function sumOf(header: Buffer): number {
  return header.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
