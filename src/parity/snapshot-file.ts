/** Snapshots on disk: NDJSON, a header line and then one entity a line, so that equal snapshots are equal files. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DrillError } from '../model/drill-error.js';
import { isObject } from '../model/entity.js';
import type { Entity, Json, Snapshot } from '../model/entity.js';
import { linesOf } from '../system/lines.js';
import { canonicalJson, isList } from './json.js';

const format = 'kong-drill-snapshot';
const version = 1;
const linesAChunk = 500;

/** Writes beside the file, then renames: there is a whole snapshot or none. */
export async function writeSnapshot(file: string, snapshot: Snapshot): Promise<void> {
  const temporary = `${file}.tmp`;
  try {
    await pipeline(Readable.from(chunks(snapshot)), createWriteStream(temporary));
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The id of the key that its secrets were hashed with. @throws as `readSnapshot`, where the header is not one. */
export function readSecretKeyId(file: string): string {
  for (const { text } of linesOf(file)) return headerIn(text, file).secretKeyId;
  return withoutHeader(file);
}

/** @throws DrillError `usage` where the file is not a whole snapshot: `file:line`, expected, got. */
export function readSnapshot(file: string): Snapshot {
  let header: Header | undefined;
  const entities: Entity[] = [];
  let line = 0;
  for (const { text } of linesOf(file)) {
    line += 1;
    if (header === undefined) header = headerIn(text, file);
    else entities.push(entityOf(parse(text)) ?? wrong(`${file}:${line}`, 'an entity', text));
  }
  if (header === undefined) withoutHeader(file);
  const { count, ...rest } = header;
  if (count !== entities.length) wrong(file, `${count} entities`, `${entities.length}: the file is cut off`);
  return { ...rest, entities };
}

type Header = Omit<Snapshot, 'entities'> & { readonly count: number };

function* chunks({ entities, ...header }: Snapshot): Generator<string> {
  yield `${canonicalJson({ format, version, count: entities.length, ...header, unread: header.unread.map((each) => ({ ...each })) })}\n`;
  for (let start = 0; start < entities.length; start += linesAChunk) {
    const lines = entities.slice(start, start + linesAChunk).map((entity) => canonicalJson({ ...entity }));
    yield `${lines.join('\n')}\n`;
  }
}

function headerIn(text: string, file: string): Header {
  return headerOf(parse(text)) ?? wrong(`${file}:1`, 'the header of a snapshot', text);
}

function withoutHeader(file: string): never {
  return wrong(file, 'the header of a snapshot', 'an empty file');
}

function headerOf(value: Json | undefined): Header | undefined {
  if (!isObject(value) || value.format !== format || value.version !== version) return undefined;
  const { source, secretKeyId, takenAtS, count, unread } = value;
  const isSource = source === 'admin-api' || source === 'database' || source === 'deck-file';
  if (!isSource || typeof secretKeyId !== 'string' || !isMoment(takenAtS)) return undefined;
  if (typeof count !== 'number' || !isList(unread)) return undefined;
  const reasons = unread
    .filter(isObject)
    .map(({ kind, reason }) => ({ kind: text(kind), reason: text(reason) }));
  return { source, secretKeyId, takenAtS, count, unread: reasons };
}

/** In seconds, and one that there is a date for. */
function isMoment(seconds: Json | undefined): seconds is number {
  return typeof seconds === 'number' && Math.abs(seconds) < 1e12;
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : canonicalJson(value ?? null);
}

function entityOf(value: Json | undefined): Entity | undefined {
  if (!isObject(value)) return undefined;
  const { kind, id, workspace, fields } = value;
  if (typeof kind !== 'string' || typeof id !== 'string' || typeof workspace !== 'string') return undefined;
  return isObject(fields) ? { kind, id, workspace, fields } : undefined;
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function wrong(where: string, expected: string, got: string): never {
  throw new DrillError(
    'usage',
    `${where}: expected ${expected}, got ${got.slice(0, 80)}`,
    'write it with `kong-drill snapshot`',
  );
}
