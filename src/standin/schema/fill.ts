import { randomBytes, randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../json.js';
import { at, isObject, put } from '../json.js';
import { checkField } from './check.js';
import type { Field, RecordSchema } from './model.js';
import { fieldsOf, shorthandsOf } from './model.js';
import type { Problem, Problems } from './problems.js';

export type Context = 'insert' | 'upsert' | 'update';

/** A copy of the input with shorthands expanded, ids, times and defaults filled in. */
export function fill(schema: RecordSchema, input: JsonObject, context: Context): Filled {
  const problems: Problems = {};
  return { value: fillRecord(schema, input, { context, problems }), problems };
}

export interface Filled {
  value: JsonObject;
  /** Shorthands that contradict what they stand for. */
  problems: Problems;
}

interface Filling {
  context: Context;
  problems: Problems;
}

function fillRecord(schema: RecordSchema, input: JsonObject, filling: Filling): JsonObject {
  const out = structuredClone(input);
  expandShorthands(schema, out, filling.problems);
  for (const [key, field] of fieldsOf(schema)) {
    const value = fillField(field, automatic(key, field, out[key], filling), filling, key);
    if (value !== undefined) out[key] = value;
  }
  return out;
}

function fillField(field: Field, value: Json | undefined, filling: Filling, key: string): Json | undefined {
  if (value === undefined) return filling.context === 'update' ? undefined : missing(field);
  if (value === null || field.abstract) return value;
  if (field.type === 'record' && isObject(value)) {
    const inner: Filling = { ...filling, problems: {} };
    const out = fillRecord(field, value, inner);
    if (Object.keys(inner.problems).length > 0) filling.problems[key] = inner.problems;
    return out;
  }
  if (Array.isArray(value)) {
    const unique = field.type === 'set' ? [...new Set(value)] : value;
    return unique.map((item) => element(field.elements, item, key));
  }
  if (field.type === 'map' && isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, element(field.values, item, key)]),
    );
  }
  return value;
}

const element = (field: Field | undefined, item: Json, key: string): Json =>
  field ? (fillField(field, item, { context: 'insert', problems: {} }, key) ?? item) : item;

function missing(field: Field): Json | undefined {
  if (field.default !== undefined) {
    const value = structuredClone(field.default);
    return field.type === 'record' && isObject(value)
      ? fillRecord(field, value, { context: 'insert', problems: {} })
      : value;
  }
  if (!field.required) return null;
  if (field.abstract || field.type !== 'record') return undefined;
  return fillRecord(field, {}, { context: 'insert', problems: {} });
}

function automatic(
  key: string,
  field: Field,
  value: Json | undefined,
  { context }: Filling,
): Json | undefined {
  if (!field.auto) return value;
  const creates = context !== 'update';
  if (field.timestamp) {
    const stamps =
      key === 'updated_at' || (key === 'created_at' && creates && (value === undefined || value === null));
    if (!stamps) return value;
    return field.type === 'integer' ? Math.floor(Date.now() / 1000) : Date.now() / 1000;
  }
  if (value !== undefined || !creates) return value;
  return field.uuid ? randomUUID() : randomText();
}

/** 32 letters and digits, like the keys that Kong makes up. */
const randomText = (): string => randomBytes(48).toString('base64').replace(/[+/=]/g, 'x').slice(0, 32);

function expandShorthands(schema: RecordSchema, out: JsonObject, problems: Problems): void {
  for (const [name, shorthand] of shorthandsOf(schema)) {
    const value = out[name];
    if (value === undefined) continue;
    const problem = checkField(shorthand, value, name) ?? contradiction(name, value, { shorthand, out });
    if (problem !== undefined) {
      problems[name] = problem;
      continue;
    }
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the shorthand is no field of the result
    delete out[name];
    const path = shorthand.deprecation?.replaced_with?.[0]?.path.join('.');
    if (path !== undefined && (at(out, path) ?? null) === null) put(out, path, value);
  }
}

function contradiction(
  name: string,
  value: Json,
  {
    shorthand,
    out,
  }: { shorthand: { deprecation?: { replaced_with?: { path: string[] }[] } }; out: JsonObject },
): Problem | undefined {
  const path = shorthand.deprecation?.replaced_with?.[0]?.path.join('.');
  const other = path === undefined ? undefined : at(out, path);
  if (path === undefined || value === null || (other ?? null) === null || other === value) return undefined;
  return `both deprecated and new field are used but their values mismatch: ${name} = ${JSON.stringify(value)} vs ${path} = ${JSON.stringify(other)}`;
}

/** What the Admin API shows of a stored record: every field, null where nothing is stored, and the old shorthands. */
export function present(schema: RecordSchema, stored: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const [key, field] of fieldsOf(schema)) {
    if (field.transient) continue;
    const value = stored[key] ?? (field.required ? (missing(field) ?? null) : null);
    const shown = field.type === 'record' && !field.abstract && isObject(value);
    out[key] = shown ? present(field, value) : presentElements(field, value);
  }
  for (const [name, { deprecation }] of shorthandsOf(schema)) {
    const path = deprecation?.replaced_with?.[0]?.path.join('.');
    if (path !== undefined) out[name] = at(out, path) ?? null;
  }
  return out;
}

function presentElements(field: Field, value: Json): Json {
  const element = field.elements;
  if (!Array.isArray(value) || element?.type !== 'record') return value;
  return value.map((item) => (isObject(item) ? present(element, item) : item));
}

/** Lays `top` over `bottom`, record by record (arrays are replaced whole). */
export function merge(schema: RecordSchema, top: JsonObject, bottom: JsonObject): JsonObject {
  const out: JsonObject = { ...bottom, ...top };
  for (const [key, field] of fieldsOf(schema)) {
    const [over, under] = [top[key], bottom[key]];
    if (field.type === 'record' && !field.abstract && isObject(over) && isObject(under)) {
      out[key] = merge(field, over, under);
    }
  }
  return out;
}
