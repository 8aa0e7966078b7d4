/** Tar, as Docker copies files: packed and unpacked as a stream, without a file in between. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { once } from 'node:events';
import { DrillError } from '../../model/drill-error.js';

const block = 512;

/** A file or folder to pack; `name` is its path within the archive, without a leading slash. */
export type TarItem =
  | { readonly name: string; readonly folder: true; readonly mode?: number }
  | { readonly name: string; readonly content: string | Uint8Array; readonly mode?: number }
  | { readonly name: string; readonly file: string; readonly sizeBytes: number; readonly mode?: number };

/** What has to be packed so that a file or folder of this machine is found under `name`. */
export async function itemsOf(path: string, name: string): Promise<readonly TarItem[]> {
  const found = await stat(path);
  if (!found.isDirectory()) return [{ name, file: path, sizeBytes: found.size, mode: found.mode & 0o777 }];
  const entries = (await readdir(path)).sort();
  const below = await Promise.all(entries.map((entry) => itemsOf(join(path, entry), `${name}/${entry}`)));
  return [{ name, folder: true }, ...below.flat()];
}

/** Packs items in their order. */
export async function* tarOf(items: Iterable<TarItem>): AsyncGenerator<Buffer> {
  for (const item of items) {
    if ('folder' in item) {
      yield* headerOf(`${item.name}/`, 0, item.mode ?? 0o755, '5');
    } else if ('content' in item) {
      const content = Buffer.from(item.content);
      yield* headerOf(item.name, content.length, item.mode ?? 0o644, '0');
      yield content;
      yield padding(content.length);
    } else {
      yield* headerOf(item.name, item.sizeBytes, item.mode ?? 0o644, '0');
      yield* exactly(item.file, item.sizeBytes);
      yield padding(item.sizeBytes);
    }
  }
  yield Buffer.alloc(2 * block);
}

/** Unpacks the regular files of an archive below `folder`; links and devices are left out. @returns the names of the files. */
export async function unpackTar(source: AsyncIterable<unknown>, folder: string): Promise<readonly string[]> {
  const reader = new BlockReader(source);
  try {
    return await unpackAll(reader, folder);
  } finally {
    // What follows the end mark is of no use, but a source that is left half read keeps its connection.
    await reader.close();
  }
}

async function unpackAll(reader: BlockReader, folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (let longName: string | undefined; ;) {
    const header = await reader.take(block);
    if (!header || header.every((byte) => byte === 0)) break;
    const size = sizeIn(header);
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'x' || type === 'L') {
      const body = await reader.text(size);
      longName = type === 'L' ? body.replace(/\0.*$/s, '') : (paxPath(body) ?? longName);
      continue;
    }
    const name = longName ?? nameIn(header);
    longName = undefined;
    if (type === '5') await mkdir(inside(folder, name), { recursive: true });
    else if (type === '0' || type === '\0') {
      await writeBody(reader, inside(folder, name), size);
      names.push(name);
    } else await reader.skip(size);
  }
  return names;
}

function* headerOf(name: string, sizeBytes: number, mode: number, type: string): Generator<Buffer> {
  if (Buffer.byteLength(name) > 100) {
    const record = paxRecord('path', name);
    yield plainHeader('pax', record.length, 0o644, 'x');
    yield record;
    yield padding(record.length);
  }
  yield plainHeader(name, sizeBytes, mode, type);
}

function plainHeader(name: string, sizeBytes: number, mode: number, type: string): Buffer {
  const header = Buffer.alloc(block);
  header.write(Buffer.from(name).subarray(0, 100).toString('latin1'), 0, 100, 'latin1');
  header.write(mode.toString(8).padStart(7, '0'), 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  if (sizeBytes < 8 ** 11) header.write(sizeBytes.toString(8).padStart(11, '0'), 124);
  else {
    header.writeUInt8(0x80, 124);
    header.writeBigUInt64BE(BigInt(sizeBytes), 128);
  }
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar\u000000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** `<length> path=<name>\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const body = Buffer.byteLength(` ${key}=${value}\n`);
  let length = body + String(body).length;
  if (String(length).length !== String(body).length) length = body + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

function paxPath(body: string): string | undefined {
  return /(?:^|\n)\d+ path=(.*)\n/.exec(body)?.[1];
}

function padding(sizeBytes: number): Buffer {
  return Buffer.alloc((block - (sizeBytes % block)) % block);
}

/** The announced number of bytes, whatever happens to the file meanwhile. */
async function* exactly(file: string, sizeBytes: number): AsyncGenerator<Buffer> {
  if (sizeBytes === 0) return;
  let sent = 0;
  for await (const chunk of createReadStream(file, { end: sizeBytes - 1 })) {
    sent += (chunk as Buffer).length;
    yield chunk as Buffer;
  }
  if (sent < sizeBytes) yield Buffer.alloc(sizeBytes - sent);
}

function sizeIn(header: Buffer): number {
  if (((header[124] ?? 0) & 0x80) !== 0) return Number(header.readBigUInt64BE(128));
  return Number.parseInt(header.toString('latin1', 124, 136).replace(/[\0 ]/g, '') || '0', 8);
}

function nameIn(header: Buffer): string {
  const field = (start: number, length: number) =>
    header
      .subarray(start, start + length)
      .toString('utf8')
      .replace(/\0.*$/s, '');
  const prefix = header.toString('latin1', 257, 262) === 'ustar' ? field(345, 155) : '';
  return prefix ? `${prefix}/${field(0, 100)}` : field(0, 100);
}

function inside(folder: string, name: string): string {
  const path = join(folder, name);
  if (path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return path;
  throw new DrillError(
    'engine',
    `an archive names a file outside its folder: ${JSON.stringify(name)}`,
    'see who made it',
  );
}

async function writeBody(reader: BlockReader, path: string, size: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = createWriteStream(path);
  try {
    for await (const chunk of reader.body(size)) if (!file.write(chunk)) await once(file, 'drain');
  } finally {
    file.end();
    await once(file, 'close');
  }
}

/** Reads a stream in pieces of the wanted length. */
class BlockReader {
  private readonly source: AsyncIterator<unknown>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<unknown>) {
    this.source = source[Symbol.asyncIterator]();
  }

  async close(): Promise<void> {
    await this.source.return?.();
  }

  async take(length: number): Promise<Buffer | undefined> {
    while (this.rest.length < length) {
      const next = await this.next();
      if (!next) return undefined;
      this.rest = Buffer.concat([this.rest, next]);
    }
    const taken = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(length);
    return taken;
  }

  async text(size: number): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.body(size)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }

  async skip(size: number): Promise<void> {
    const rest = this.body(size);
    while ((await rest.next()).done !== true);
  }

  /** A body of that size and the padding behind it. */
  async *body(size: number): AsyncGenerator<Buffer> {
    let left = size;
    while (left > 0) {
      const bytes = this.rest.length > 0 ? this.rest : await this.next();
      if (!bytes) throw new DrillError('engine', 'an archive ends in the middle of a file', 'try it again');
      const part = bytes.subarray(0, left);
      this.rest = bytes.subarray(part.length);
      left -= part.length;
      yield part;
    }
    await this.take((block - (size % block)) % block);
  }

  private async next(): Promise<Buffer | undefined> {
    const next = await this.source.next();
    if (next.done === true) return undefined;
    return Buffer.isBuffer(next.value) ? next.value : Buffer.from(String(next.value));
  }
}
