/** `truncate`: the tables are emptied behind Kong's back; it goes on looking green. */
import type { Injector, OfKind } from './failure.js';
import { quoted, withSql } from '../system/sql.js';
import type { Sql } from '../system/sql.js';

/** Kept by default: without them Kong does not know its own schema or workspace. */
const kept = ['schema_meta', 'parameters', 'workspaces', 'locks'];

export const truncate: Injector<'truncate'> = {
  target: (failure) => `tables ${failure.tables?.join(', ') ?? 'of the configuration'}`,
  inject: async (failure, { lab }) => {
    await withSql(lab.postgres.connection, async (sql) => {
      const tables = await tablesOf(failure, sql);
      await sql.query(`TRUNCATE ${tables.map(quoted).join(', ')} CASCADE`);
    });
  },
  confirm: async (failure, { lab }) =>
    await withSql(lab.postgres.connection, async (sql) => {
      const tables = await tablesOf(failure, sql);
      const counts = await Promise.all(
        tables.map((table) => sql.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${quoted(table)}`)),
      );
      const rows = counts.reduce((sum, [count]) => sum + Number(count?.rows ?? 0), 0);
      return [{ source: 'SQL', observed: `${rows} rows in ${tables.length} tables`, confirms: rows === 0 }];
    }),
};

async function tablesOf(failure: OfKind<'truncate'>, sql: Sql): Promise<readonly string[]> {
  if (failure.tables) return failure.tables;
  const rows = await sql.query<{ tablename: string }>(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL($1) ORDER BY 1`,
    [kept],
  );
  return rows.map((row) => row.tablename);
}
