/** Where Kong's configuration can be read from, recognised by how a person names it. */
import { existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { didYouMean } from '../drillfile/words.js';
import { DrillError } from '../model/drill-error.js';

export type KongSource =
  | { readonly kind: 'admin-api' | 'database'; readonly url: string }
  | { readonly kind: 'deck' | 'dump' | 'snapshot'; readonly path: string };

export const sourceOperand = 'admin-url|postgres-url|deck-file-or-folder|pg_dump-file';

/** @throws DrillError `usage` where nothing of that name is there, or it has to be unpacked first. */
export async function sourceNamed(name: string, command: 'snapshot' | 'compare'): Promise<KongSource> {
  if (/^https?:\/\//i.test(name)) return { kind: 'admin-api', url: checked(name, command) };
  if (/^postgres(ql)?:\/\//i.test(name)) return { kind: 'database', url: checked(name, command) };
  if (!existsSync(name)) {
    const question = didYouMean(addressMeant(name));
    throw unknown(name, `nothing of that name${question}`, `kong-drill ${command} --help`);
  }
  if (statSync(name).isDirectory()) {
    return { kind: existsSync(join(name, 'toc.dat')) ? 'dump' : 'deck', path: name };
  }
  return { kind: kindOf(await beginningOf(name), name), path: name };
}

/** The address without what is secret in it. */
export function shownAddress(url: string): string {
  const address = new URL(url);
  address.password = '';
  return address.href.replace(/\/$/, '');
}

const looked = 4_096;

async function beginningOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(looked), 0, looked, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function kindOf(beginning: Buffer, name: string): 'deck' | 'dump' | 'snapshot' {
  const text = beginning.toString('latin1');
  if (text.includes('"format":"kong-drill-snapshot"')) return 'snapshot';
  if (text.startsWith('\x1f\x8b'))
    throw unknown(name, 'a file packed with gzip', 'unpack it with: gunzip -k');
  const isArchive = text.startsWith('PGDMP') || text.startsWith('toc.dat\0');
  return isArchive || /^-- PostgreSQL database (cluster )?dump/m.test(text) ? 'dump' : 'deck';
}

/** What somebody forgot to begin with its scheme: `127.0.0.1:8001`; `undefined` for what is no address. */
export function addressMeant(name: string): string | undefined {
  const [, port] = /^(?:[\w-]+(?:\.[\w-]+)*|\[[\da-f:]+\]):(\d+)(?:\/\S*)?$/i.exec(name) ?? [];
  if (port === undefined) return undefined;
  return `${['443', '8444'].includes(port) ? 'https' : 'http'}://${name}`;
}

function checked(url: string, command: string): string {
  if (URL.canParse(url)) return url;
  throw unknown(url, 'a URL that cannot be read', `kong-drill ${command} --help`);
}

function unknown(name: string, got: string, hint: string): DrillError {
  return new DrillError('usage', `${name}: expected ${sourceOperand}, got ${got}`, hint);
}
