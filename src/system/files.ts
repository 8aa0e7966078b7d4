/** Files: digests, and writing whole or not at all. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
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

/** SHA-256 of a file, or of the names and digests of all files of a folder, in the order of their names. */
export async function digestOf(path: string): Promise<{ sha256: string; sizeBytes: number }> {
  const found = await stat(path);
  if (!found.isDirectory()) return { sha256: await sha256OfFile(path), sizeBytes: found.size };
  const names = (await readdir(path, { recursive: true })).sort();
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
