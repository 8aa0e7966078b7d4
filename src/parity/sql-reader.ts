/**
 * Reads Kong's whole database in one consistent, read-only transaction.
 *
 *   catalogue → for each table: COPY of one JSON object a row → canonical entities
 */
import { StringDecoder } from 'node:string_decoder';
import type { Client, ClientConfig } from 'pg';
import { messageOf } from '../model/drill-error.js';
import { isObject } from '../model/entity.js';
import type { Json, Snapshot } from '../model/entity.js';
import { withSql } from '../system/sql.js';
import type { Sql } from '../system/sql.js';
import { canonicalEntity } from './canonical.js';
import { workspaceOf } from './columns.js';
import { beginReading, finishReading, isWanted } from './snapshot.js';
import type { Reading, ReadOptions } from './snapshot.js';
import { selectRows, tablesOf } from './sql-catalog.js';
import type { Table } from './sql-catalog.js';

/**
 * A snapshot through SQL. A table that no row of the kinds names is read too; one that cannot be read is `unread`.
 * @throws where Postgres cannot be reached or the connection breaks; the signal's reason.
 */
export async function readThroughSql(connection: ClientConfig, options: ReadOptions): Promise<Snapshot> {
  const reading = beginReading(options);
  await withSql(connection, async (sql, client) => {
    await sql.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await sql.query(`SET LOCAL TIME ZONE 'UTC'`);
    const tables = await tablesOf(sql);
    const workspaces = await workspacesOf(sql, tables);
    for (const table of tables.filter(({ kind }) => isWanted(kind, options))) {
      options.signal?.throwIfAborted();
      await readTable(table, { sql, client, options, reading, workspaces });
    }
    await sql.query('COMMIT');
  });
  return finishReading('database', reading);
}

interface Reader {
  readonly sql: Sql;
  readonly client: Client;
  readonly options: ReadOptions;
  readonly reading: Reading;
  readonly workspaces: ReadonlyMap<string, string>;
}

/** id → name. */
async function workspacesOf(sql: Sql, tables: readonly Table[]): Promise<ReadonlyMap<string, string>> {
  if (!tables.some(({ name }) => name === 'workspaces')) return new Map();
  const rows = await sql.query<{ id: string; name: string }>('SELECT id, name FROM workspaces');
  return new Map(rows.map(({ id, name }) => [id, name]));
}

async function readTable(table: Table, reader: Reader): Promise<void> {
  const { sql, reading } = reader;
  // A table that may not be read must not end the transaction.
  await sql.query('SAVEPOINT this_table');
  try {
    await copyRows(table, reader);
    await sql.query('RELEASE SAVEPOINT this_table');
  } catch (error) {
    reader.options.signal?.throwIfAborted();
    await sql.query('ROLLBACK TO SAVEPOINT this_table');
    reading.unread.push({ kind: table.kind.name, reason: messageOf(error) });
  }
}

async function copyRows(table: Table, { client, options, reading, workspaces }: Reader): Promise<void> {
  const { to } = await import('pg-copy-streams');
  // JSON has no control characters in it, so that with these as quote and delimiter each line is the JSON itself.
  const form = `(FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')`;
  const stream = client.query(to(`COPY (${selectRows(table)}) TO STDOUT WITH ${form}`));
  const keep = (line: string): void => {
    const raw = JSON.parse(line) as Json;
    if (!isObject(raw)) return;
    const workspace = workspaceOf(raw.ws_id, workspaces);
    if (options.workspaces && workspace !== '' && !options.workspaces.includes(workspace)) return;
    reading.entities.push(canonicalEntity(raw, table.kind, workspace, reading.canonical));
  };
  const giveUp = (): void => void stream.destroy();
  options.signal?.addEventListener('abort', giveUp);
  try {
    for await (const line of linesOf(stream)) keep(line);
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
}

async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
