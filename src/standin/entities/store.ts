import pg from 'pg';
import type { Database, Row } from '../database/database.js';
import type { Cell } from '../database/rows.js';
import { fromRow, toCells } from '../database/rows.js';
import { columnOf, hasCacheKey } from '../database/tables.js';
import type { Json, JsonObject } from '../json.js';
import { idOf } from '../json.js';
import {
  missingReference,
  primaryKeyViolation,
  stillReferenced,
  unexpected,
  uniqueViolation,
} from './errors.js';
import type { Kind } from './kinds.js';
import { fieldsIn, kinds } from './kinds.js';

export interface Filter {
  /** Only those that refer to this entity by this field. */
  readonly parent?: { field: string; id: string };
  readonly tags?: { names: string[]; all: boolean };
  /** Only those after this id. */
  readonly after?: string;
}

/** Entities of one workspace in Postgres. Throws a Refusal for what Kong refuses. */
export class Store {
  readonly #database: Database;
  readonly workspace: string;

  constructor(database: Database, workspace: string) {
    this.#database = database;
    this.workspace = workspace;
  }

  async find(kind: Kind, field: string, value: Json): Promise<JsonObject | undefined> {
    const definition = fieldsIn(kind).find(([name]) => name === field)?.[1];
    const column = definition ? columnOf(field, definition) : field;
    const [row] = await this.#select(kind, { where: [`"${column}" = $1`], values: [idOf(value) ?? value] });
    return row && fromRow(kind, row);
  }

  async page(kind: Kind, size: number, filter: Filter): Promise<JsonObject[]> {
    const where: string[] = [];
    const values: unknown[] = [];
    const bind = (value: unknown): string => `$${values.push(value)}`;
    if (filter.parent) where.push(`"${filter.parent.field}_id" = ${bind(filter.parent.id)}`);
    if (filter.tags) where.push(`tags ${filter.tags.all ? '@>' : '&&'} ${bind(filter.tags.names)}`);
    if (filter.after !== undefined) where.push(`id > ${bind(filter.after)}`);
    const rows = await this.#select(kind, { where, values, tail: `ORDER BY id LIMIT ${size}` });
    return rows.map((row) => fromRow(kind, row));
  }

  /** Every entity of the kind that passes the filter. */
  all = (kind: Kind, filter: Filter = {}): Promise<JsonObject[]> => this.page(kind, 1_000_000, filter);

  async #select(
    kind: Kind,
    { where, values, tail = '' }: { where: string[]; values: unknown[]; tail?: string },
  ): Promise<Row[]> {
    const conditions = [...where];
    if (kind.inWorkspace) conditions.push(`ws_id = $${values.push(this.workspace)}`);
    if (kind.ttl) conditions.push('(ttl IS NULL OR ttl > now())');
    const clause = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
    return this.#database.query(`SELECT * FROM "${kind.table}"${clause} ${tail}`, values);
  }

  /** Writes a complete entity; `replace` also over one that has its id. */
  async save(kind: Kind, entity: JsonObject, { replace }: { replace: boolean }): Promise<JsonObject> {
    const cells = [...toCells(kind, entity), ...this.#ownCells(kind, entity)];
    const expressions = cells.map(({ expression }, index) => expression.replace('{}', `$${index + 1}`));
    const updates = cells
      .filter(({ column }) => column !== 'id')
      .map(({ column: c }) => `"${c}" = EXCLUDED."${c}"`);
    const sql = `INSERT INTO "${kind.table}" (${cells.map(({ column }) => `"${column}"`).join(', ')})
      VALUES (${expressions.join(', ')})
      ${replace ? `ON CONFLICT (id) DO UPDATE SET ${updates.join(', ')}` : ''} RETURNING *`;
    const rows = await this.#write(kind, entity, () =>
      this.#database.query(
        sql,
        cells.map(({ value }) => value),
      ),
    );
    return fromRow(kind, rows[0] ?? {});
  }

  /** Deletes by id; false if there was none. */
  async remove(kind: Kind, id: string): Promise<boolean> {
    const inWorkspace = kind.inWorkspace ? ' AND ws_id = $2' : '';
    const values = kind.inWorkspace ? [id, this.workspace] : [id];
    const rows = await this.#write(kind, { id }, () =>
      this.#database.query(`DELETE FROM "${kind.table}" WHERE id = $1${inWorkspace} RETURNING id`, values),
    );
    return rows.length > 0;
  }

  /** Which service or upstream names this CA certificate, if any. */
  async referrerOfCa(kind: Kind, id: string): Promise<JsonObject | undefined> {
    const [row] = await this.#select(kind, { where: ['$1 = ANY(ca_certificates)'], values: [id] });
    return row && fromRow(kind, row);
  }

  #ownCells(kind: Kind, entity: JsonObject): Cell[] {
    const cells: Cell[] = [];
    if (kind.inWorkspace) cells.push({ column: 'ws_id', value: this.workspace, expression: '{}' });
    if (hasCacheKey(kind)) {
      cells.push({ column: 'cache_key', value: cacheKey(kind, entity, this.workspace), expression: '{}' });
    }
    const { ttl } = entity;
    if (kind.ttl) {
      const expiry = typeof ttl === 'number' && ttl > 0 ? Date.now() / 1000 + ttl : null;
      cells.push({ column: 'ttl', value: expiry, expression: 'to_timestamp({})' });
    }
    return cells;
  }

  async #write(kind: Kind, entity: JsonObject, act: () => Promise<Row[]>): Promise<Row[]> {
    try {
      return await act();
    } catch (error) {
      throw (error instanceof pg.DatabaseError ? refusal(kind, entity, error) : undefined) ?? error;
    }
  }
}

/** The key that an entity is cached under, and unique by. */
export function cacheKey(kind: Kind, entity: JsonObject, workspace: string): string {
  const parts = (kind.cacheKey ?? ['id']).map((field) => idOf(entity[field]) ?? printed(entity[field]));
  return keyOf(kind.name, parts, workspace);
}

export const keyOf = (name: string, parts: string[], workspace: string): string =>
  [name, ...Array.from({ length: 5 }, (_, index) => parts[index] ?? ''), workspace].join(':');

const printed = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function refusal(kind: Kind, entity: JsonObject, error: pg.DatabaseError): Error | undefined {
  const name = (error.constraint ?? '').slice(kind.table.length + 1);
  if (error.code === '23505') {
    if (name === 'pkey') return primaryKeyViolation(pick(entity, ['id']));
    return uniqueViolation(
      pick(entity, name === 'cache_key_key' ? (kind.cacheKey ?? []) : [name.slice(0, -4)]),
    );
  }
  if (error.code !== '23503') return undefined;
  if (error.table !== kind.table) {
    return stillReferenced(kind.name, kinds.find(({ table }) => table === error.table)?.name ?? '');
  }
  if (name === 'ws_id_fkey') return unexpected();
  const field = name.slice(0, -'_id_fkey'.length);
  const reference = fieldsIn(kind).find(([candidate]) => candidate === field)?.[1].reference ?? '';
  return missingReference(field, { id: idOf(entity[field]) ?? null }, reference);
}

const pick = (entity: JsonObject, fields: readonly string[]): JsonObject =>
  Object.fromEntries(fields.map((field) => [field, entity[field] ?? null]));
