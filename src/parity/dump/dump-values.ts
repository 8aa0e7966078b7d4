/** Values as `COPY` writes them in a dump → values as Postgres's own JSON has them. */
import type { Json } from '../../model/entity.js';

/** A line of `COPY` data, taken apart; `undefined` for NULL. */
export function valuesIn(line: string): (string | undefined)[] {
  return line.split('\t').map((text) => (text === '\\N' ? undefined : unescaped(text)));
}

/** @param type as `CREATE TABLE` has it, without a precision. */
export function valueOf(text: string, type: string): Json {
  if (type.endsWith('[]')) return listIn(text, type.slice(0, -2));
  if (type === 'boolean') return text === 't';
  if (type === 'json' || type === 'jsonb') return JSON.parse(text) as Json;
  if (type.startsWith('timestamp')) return secondsOf(text);
  return isNumeric(type) && Number.isFinite(Number(text)) ? Number(text) : text;
}

const letters: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unescaped(text: string): string {
  return text.includes('\\')
    ? text.replace(/\\(.)/gs, (_, letter: string) => letters[letter] ?? letter)
    : text;
}

function isNumeric(type: string): boolean {
  return /^(smallint|integer|bigint|real|double precision|numeric)$/.test(type);
}

/** Seconds since the epoch, in milliseconds precise; without a zone it is UTC. */
function secondsOf(text: string): Json {
  const [, day, time, fraction = '', zone = ''] =
    /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d(?::\d\d)?)?$/.exec(text) ?? [];
  if (day === undefined || time === undefined) return text;
  const offset = zone === '' ? 'Z' : zone.includes(':') ? zone : `${zone}:00`;
  const seconds = Date.parse(`${day}T${time}${offset}`) / 1_000;
  return Math.round((seconds + Number(`0${fraction}`)) * 1_000) / 1_000;
}

/** `{a,"b \" c",NULL}` */
function listIn(text: string, type: string): Json {
  const found: Json[] = [];
  const item = /([{,])(?:"((?:[^"\\]|\\.)*)"|([^",{}]*))/gs;
  if (text === '{}') return found;
  for (const [, , quoted, bare = ''] of text.matchAll(item)) {
    if (quoted !== undefined) found.push(valueOf(quoted.replace(/\\(.)/gs, '$1'), type));
    else found.push(bare === 'NULL' ? null : valueOf(bare, type));
  }
  return found;
}
