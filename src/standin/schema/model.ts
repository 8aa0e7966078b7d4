import { readFileSync } from 'node:fs';
import type data from './schemas.json';
import type { Json } from '../json.js';

/** A field as Kong's `/schemas` describes it. */
export interface Field {
  type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'set' | 'map' | 'record' | 'foreign' | 'json';
  required?: boolean;
  default?: Json;
  auto?: boolean;
  abstract?: boolean;
  transient?: boolean;
  referenceable?: boolean;
  reference?: string;
  on_delete?: 'cascade';
  unique?: boolean;
  unique_across_ws?: boolean;
  elements?: Field;
  keys?: Field;
  values?: Field;
  fields?: Named<Field>[];
  shorthand_fields?: Named<Shorthand>[];
  entity_checks?: Named<Json>[];
  err?: string;
  eq?: Json;
  ne?: Json;
  one_of?: Json[];
  not_one_of?: Json[];
  gt?: number;
  timestamp?: boolean;
  uuid?: boolean;
  is_regex?: boolean;
  between?: [number, number];
  len_eq?: number;
  len_min?: number;
  len_max?: number;
  starts_with?: string;
  match?: string;
  match_none?: { pattern: string; err: string }[];
  match_all?: { pattern: string; err: string }[];
  match_any?: { patterns: string[]; err?: string };
  contains?: Json;
  mutually_exclusive_subsets?: string[][];
}

export interface Shorthand extends Field {
  deprecation?: { replaced_with?: { path: string[] }[] };
}

export type Named<T> = Record<string, T>;

/** A record of fields: an entity, a plugin's part of one, or a nested record. */
export interface RecordSchema {
  fields?: Named<Field>[];
  shorthand_fields?: Named<Shorthand>[];
  entity_checks?: Named<Json>[];
}

interface Recorded {
  entities: Record<string, RecordSchema>;
  plugins: Record<string, { priority: number; schema?: RecordSchema }>;
}

/**
 * What `GET /schemas/…` of a real Kong 3.9.3 answers, without the descriptions.
 * The type import makes the compiler put the file beside this one; Node 20 warns about a real import of JSON.
 */
export const recorded = JSON.parse(
  readFileSync(new URL('./schemas.json', import.meta.url), 'utf8'),
) as Record<keyof typeof data, unknown> as unknown as Recorded;

const memory = new WeakMap<RecordSchema, Map<string, Field>>();

/** The fields of a record by name, in their order of definition. */
export function fieldsOf(schema: RecordSchema): Map<string, Field> {
  let fields = memory.get(schema);
  if (!fields) {
    fields = new Map((schema.fields ?? []).flatMap((named) => Object.entries(named)));
    memory.set(schema, fields);
  }
  return fields;
}

export const shorthandsOf = (schema: RecordSchema): [string, Shorthand][] =>
  (schema.shorthand_fields ?? []).flatMap((named) => Object.entries(named));
