/** What tables Kong's database has, and how each column is read so that a row looks as the Admin API would show it. */
import { quoted } from '../system/sql.js';
import type { Sql } from '../system/sql.js';
import { fieldOf, isExpiry, isReference } from './columns.js';
import type { Column } from './columns.js';
import type { Kind } from './kind.js';
import { kindOfTable } from './kinds.js';

export interface Table {
  readonly name: string;
  readonly kind: Kind;
  readonly columns: readonly Column[];
}

/** The tables of the schema that Kong's connection sees first, in their order; partitions belong to their table. */
export async function tablesOf(sql: Sql): Promise<readonly Table[]> {
  const rows = await sql.query<{ table: string; columns: Column[] }>(`
    SELECT c.relname AS table,
      json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, NULL), 'refers', EXISTS (
        SELECT FROM pg_constraint f JOIN unnest(f.conkey, f.confkey) AS pair (here, there) ON pair.here = a.attnum
        JOIN pg_attribute there ON there.attrelid = f.confrelid AND there.attnum = pair.there
        WHERE f.contype = 'f' AND f.conrelid = c.oid AND there.attname = 'id')) ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    GROUP BY c.relname ORDER BY c.relname`);
  return rows.map(({ table, columns }) => ({ name: table, kind: kindOfTable(table), columns }));
}

/** One JSON object a row, `ws_id` among its fields. What has expired is not there, as it is not for Kong. */
export function selectRows({ name, columns, kind }: Table): string {
  const list = columns.map((column) => `${expressionOf(column, kind)} AS ${quoted(fieldOf(column, kind))}`);
  const expires = columns.find((column) => isExpiry(column, kind));
  const where = expires ? ` WHERE ${quoted(expires.name)} IS NULL OR ${quoted(expires.name)} > now()` : '';
  return `SELECT row_to_json(entity) FROM (SELECT ${list.join(', ')} FROM ${quoted(name)}${where}) AS entity`;
}

function expressionOf(column: Column, kind: Kind): string {
  const name = quoted(column.name);
  if (isReference(column, kind))
    return `CASE WHEN ${name} IS NOT NULL THEN json_build_object('id', ${name}) END`;
  // Seconds since the epoch, as the Admin API has them; a few kinds count milliseconds.
  if (column.type.startsWith('timestamp')) return `round(extract(epoch FROM ${name})::numeric, 3)`;
  // Text of type json is kept as it was written, line ends and all; jsonb is one line.
  return column.type === 'json' ? `${name}::jsonb` : name;
}
