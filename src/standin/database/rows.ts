import type { Kind } from '../entities/kinds.js';
import { fieldsIn } from '../entities/kinds.js';
import type { Json, JsonObject } from '../json.js';
import { idOf, isObject } from '../json.js';
import type { Field } from '../schema/model.js';
import type { Row } from './database.js';
import { columnOf, columnType } from './tables.js';

/** A column and what goes into it; `{}` in the expression stands for the parameter. */
export interface Cell {
  column: string;
  value: unknown;
  expression: string;
}

export function toCells(kind: Kind, entity: JsonObject): Cell[] {
  return fieldsIn(kind)
    .filter(([name, field]) => !field.transient && entity[name] !== undefined)
    .map(([name, field]) => {
      const value = entity[name] ?? null;
      const expression = field.timestamp ? 'to_timestamp({})' : `{}::${columnType(field)}`;
      return { column: columnOf(name, field), value: encode(field, value), expression };
    });
}

function encode(field: Field, value: Json): unknown {
  if (value === null) return null;
  switch (field.type) {
    case 'foreign':
      return idOf(value) ?? null;
    case 'record':
    case 'map':
    case 'json':
      return JSON.stringify(value);
    case 'array':
    case 'set':
      return Array.isArray(value) && field.elements?.type === 'record'
        ? value.map((item) => JSON.stringify(item))
        : value;
    default:
      return value;
  }
}

/** The stored entity of a row, with `ttl` as the seconds that remain. */
export function fromRow(kind: Kind, row: Row): JsonObject {
  const entity: JsonObject = {};
  for (const [name, field] of fieldsIn(kind)) {
    if (!field.transient) entity[name] = decode(field, row[columnOf(name, field)]);
  }
  if (kind.ttl) {
    const { ttl } = row;
    entity.ttl = ttl instanceof Date ? Math.floor((ttl.getTime() - Date.now()) / 1000) : null;
  }
  return entity;
}

function decode(field: Field, value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (field.type === 'foreign') return { id: value as string };
  if (value instanceof Date) {
    const seconds = value.getTime() / 1000;
    return field.type === 'integer' ? Math.floor(seconds) : seconds;
  }
  return isObject(value) || Array.isArray(value) ? (structuredClone(value) as Json) : (value as Json);
}
