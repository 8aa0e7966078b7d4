/** `truncate`: the tables are emptied behind Kong's back; it goes on looking green. */
import type { Injector, OfKind } from './failure.js';
import { quoted, withSql } from '../system/sql.js';
import type { Sql } from '../system/sql.js';

/** Kept by default: without them Kong does not know its own schema or workspace. */
const kept = ['schema_meta', 'parameters', 'workspaces', 'locks'];

/** The transaction that emptied the tables: Kong goes on writing, so that what is newer than it says nothing. */
export type TransactionId = string;

export const truncate: Injector<'truncate', TransactionId> = {
  target: (failure) => `tables ${failure.tables?.join(', ') ?? 'of the configuration'}`,
  inject: async (failure, { lab }) =>
    await withSql(lab.postgres.connection, async (sql) => {
      const tables = await tablesOf(failure, sql);
      await sql.query('BEGIN');
      await sql.query(`TRUNCATE ${tables.map(quoted).join(', ')} CASCADE`);
      const [transaction] = await sql.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id');
      await sql.query('COMMIT');
      return transaction?.id ?? '0';
    }),
  confirm: async (failure, { lab }, transaction) =>
    await withSql(lab.postgres.connection, async (sql) => {
      const tables = await tablesOf(failure, sql);
      let rows = 0;
      for (const table of tables) rows += await rowsOlderThan(transaction, table, sql);
      const observed = `${rows} of the rows left in ${tables.length} tables`;
      return [{ source: 'SQL', observed, confirms: rows === 0 }];
    }),
};

/** Those of the table that stood there before the transaction. */
async function rowsOlderThan(transaction: TransactionId, table: string, sql: Sql): Promise<number> {
  const [found] = await sql.query<{ rows: string }>(
    `SELECT count(*) AS rows FROM ${quoted(table)} WHERE age(xmin) > age($1::xid8::xid)`,
    [transaction],
  );
  return Number(found?.rows ?? 0);
}

async function tablesOf(failure: OfKind<'truncate'>, sql: Sql): Promise<readonly string[]> {
  if (failure.tables) return failure.tables;
  const rows = await sql.query<{ tablename: string }>(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL($1) ORDER BY 1`,
    [kept],
  );
  return rows.map((row) => row.tablename);
}
