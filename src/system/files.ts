/** Files: digests, and writing whole or not at all. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomHex } from './random.js';

/** Writes beside the file, then renames: a reader sees the old content or the new, never half of it. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${randomHex(4)}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** SHA-256 of a file, in hexadecimal. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** SHA-256 of a file, or of the names and digests of all files of a folder, in the order of their names; without what is git's own. */
export async function digestOf(path: string): Promise<{ sha256: string; sizeBytes: number }> {
  const found = await stat(path);
  if (!found.isDirectory()) return { sha256: await sha256OfFile(path), sizeBytes: found.size };
  const all = await readdir(path, { recursive: true });
  const names = all.filter((name) => !/^\.git(?:[/\\]|$)/.test(name)).sort();
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for (const name of names) {
    const file = join(path, name);
    const entry = await stat(file);
    if (!entry.isFile()) continue;
    hash.update(`${name}\0${await sha256OfFile(file)}\n`);
    sizeBytes += entry.size;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

/** The system's code of an error: `ENOENT`, `EEXIST`, …; `undefined` where it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** `undefined` where it cannot be read. */
export function textIn(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

/** The last bytes of a file as text, at most those after `fromBytes`; empty where there is no such file. */
export async function tailOf(path: string, bytes: number, fromBytes = 0): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const from = Math.max(fromBytes, size - bytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** In bytes; 0 where there is no such file. */
export async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => ({ size: 0 }))).size;
}
