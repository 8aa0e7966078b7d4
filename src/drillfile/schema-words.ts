/** Each keyword of the schema as a sentence: what was expected, what was found. */
import type { ErrorObject } from 'ajv/dist/2020.js';
import { namePattern } from '../model/drill-terms.js';
import { durationPattern } from '../model/units.js';
import { mismatch } from './problem.js';
import type { Path, Problem } from './problem.js';
import { alternatives, describe, nearest, quoted } from './words.js';

/** What the check needs to know of a problem besides what people see. */
export interface SchemaProblem extends Problem {
  readonly unknownKey?: true;
  readonly missingKey?: string;
  /** The keys that fit under a key under which there is nothing. */
  readonly emptyOf?: readonly string[];
}

/** The part of a JSON schema that words are made of. */
export interface SchemaPart {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: string | number | boolean | null;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly patternProperties?: Readonly<Record<string, SchemaPart>>;
  readonly oneOf?: readonly SchemaPart[];
  readonly anyOf?: readonly SchemaPart[];
  readonly items?: SchemaPart;
}

type Worder = (error: ErrorObject, path: Path, schema: SchemaPart) => SchemaProblem;

export function problemOf(error: ErrorObject, path: Path): SchemaProblem {
  const schema = (error.parentSchema ?? {}) as SchemaPart;
  return (worders[error.keyword] ?? mismatched)(error, path, schema);
}

const worders: Readonly<Record<string, Worder>> = {
  additionalProperties: unknownKey,
  required: missingKey,
  discriminator: tag,
  enum: wrongWord,
  maxProperties: (error, path, schema) =>
    atValue(path, `expected exactly one of ${keysOf(schema)}, got ${keysIn(error.data)}`),
  minProperties: (_, path, schema) => atValue(path, mismatch(`at least one of ${keysOf(schema)}`, 'none')),
  uniqueItems: (error, path) => atValue(path, `expected each item once, got ${repeated(error)} twice`),
  minItems: (_, path) => atValue(path, mismatch('at least one item', 'an empty list')),
  maxLength: (error, path) =>
    atValue(path, mismatch(`at most ${limitOf(error)} characters`, String(lengthOf(error.data)))),
  minimum: (error, path) => atValue(path, mismatch(`at least ${limitOf(error)}`, describe(error.data))),
  maximum: (error, path) => atValue(path, mismatch(`at most ${limitOf(error)}`, describe(error.data))),
  exclusiveMinimum: (error, path) =>
    atValue(path, mismatch(`more than ${limitOf(error)}`, describe(error.data))),
};

function mismatched(error: ErrorObject, path: Path, schema: SchemaPart): SchemaProblem {
  const problem = atValue(path, mismatch(expectedBy(schema), describe(error.data)));
  if (error.data === null && schema.properties)
    return { ...problem, emptyOf: Object.keys(schema.properties) };
  const wantsText = schema.type === 'string' && schema.enum === undefined;
  if (!wantsText || !['number', 'boolean'].includes(typeof error.data)) return problem;
  if (schema.pattern === durationPattern) return { ...problem, suggestion: `${String(error.data)}s` };
  return { ...problem, hint: 'put it in quotation marks' };
}

function wrongWord(error: ErrorObject, path: Path, schema: SchemaPart): SchemaProblem {
  return guessed(mismatched(error, path, schema), error.data, schema.enum ?? []);
}

function unknownKey(error: ErrorObject, path: Path, schema: SchemaPart): SchemaProblem {
  const key = paramOf(error, 'additionalProperty');
  const pattern = Object.keys(schema.patternProperties ?? {})[0];
  const keys = Object.keys(schema.properties ?? {});
  const problem = { path: [...path, key], at: 'key', unknownKey: true } as const;
  const suggestion = nearest(key, keys);
  // Where it is plain what was meant, nobody wants to read all that could have been.
  if (suggestion !== undefined) return { ...problem, message: `there is no key ${quoted(key)}`, suggestion };
  const expected = pattern === undefined ? `one of the keys ${alternatives(keys)}` : patternWords(pattern);
  return { ...problem, message: mismatch(expected, quoted(key)) };
}

function missingKey(error: ErrorObject, path: Path, schema: SchemaPart): SchemaProblem {
  const key = paramOf(error, 'missingProperty');
  const values = schema.oneOf ? tagWords(schema, key) : [];
  const choice = values.length === 0 ? '' : `: ${alternatives(values)}`;
  return { ...atValue(path, `the key "${key}" is missing${choice}`), missingKey: key };
}

function tag(error: ErrorObject, path: Path, schema: SchemaPart): SchemaProblem {
  const key = paramOf(error, 'tag');
  const value = (error.data as Readonly<Record<string, unknown>> | undefined)?.[key];
  const values = tagWords(schema, key);
  if (value === undefined) {
    return { ...atValue(path, `the key "${key}" is missing: ${alternatives(values)}`), missingKey: key };
  }
  return guessed(atValue([...path, key], mismatch(alternatives(values), describe(value))), value, values);
}

function guessed(problem: SchemaProblem, written: unknown, candidates: readonly string[]): SchemaProblem {
  const suggestion = typeof written === 'string' ? nearest(written, candidates) : undefined;
  return suggestion === undefined ? problem : { ...problem, suggestion };
}

function atValue(path: Path, message: string): SchemaProblem {
  return { path, at: 'value', message };
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
};

/** What a value must be, in words. */
export function expectedBy(schema: SchemaPart): string {
  if (schema.enum) return alternatives(schema.enum);
  if (schema.const !== undefined) return String(schema.const);
  if (schema.anyOf) return alternatives(schema.anyOf.map(expectedBy));
  if (schema.pattern !== undefined) return patternWords(schema.pattern);
  return typeWords[schema.type ?? ''] ?? 'something else';
}

function patternWords(pattern: string): string {
  const words: Readonly<Record<string, string>> = {
    [durationPattern]: 'a duration with its unit, such as 60s, 5m or 1h30m',
    [namePattern]: 'a name of lower-case letters, digits and single hyphens',
    '^[a-z][a-z0-9_]*$': 'a setting as in kong.conf, in lower case',
    '^[A-Za-z_][A-Za-z0-9_]*$': 'the name of an environment variable',
    '^[0-9a-f]{64}$': 'a SHA-256 of 64 hexadecimal digits',
    '^/': 'a path that begins with /',
    '^[A-Za-z0-9_][A-Za-z0-9_./-]*$': 'a branch, tag or commit of git',
    '^[A-Za-z0-9_.~-]+$': 'a workspace name of letters, digits and _ . ~ -',
  };
  return words[pattern] ?? `a text like ${pattern}`;
}

function tagWords(schema: SchemaPart, key: string): readonly string[] {
  return (schema.oneOf ?? []).flatMap(({ properties }) => {
    const word = properties?.[key]?.const;
    return typeof word === 'string' ? [word] : [];
  });
}

function keysOf({ properties, patternProperties }: SchemaPart): string {
  if (properties) return alternatives(Object.keys(properties));
  return patternProperties ? 'your own names' : 'its keys';
}

function keysIn(value: unknown): string {
  return Object.keys(value ?? {}).join(' and ');
}

function repeated({ data, params }: ErrorObject): string {
  const index = (params as { i?: number }).i ?? 0;
  return Array.isArray(data) ? describe(data[index]) : 'one';
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : 0;
}

function limitOf({ params }: ErrorObject): string {
  return String((params as { limit?: number }).limit);
}

function paramOf({ params }: ErrorObject, name: string): string {
  return String((params as Readonly<Record<string, unknown>>)[name]);
}
