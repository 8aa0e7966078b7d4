/** The configuration as it stands in the database: which rows there are, and in which version. Kong is not asked. */
import { quoted, withSql } from '../system/sql.js';
import type { Sql } from '../system/sql.js';
import type { FailureContext } from './failure.js';

/** Table → id → version: the transaction that wrote the row as it is now. */
export type Rows = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Whose rows: of one workspace, or of all. */
interface RowsOf extends Pick<FailureContext, 'lab' | 'mark'> {
  readonly workspace?: string;
}

export interface RowsChanged {
  readonly before: number;
  readonly gone: number;
  /** Still there, with other content. */
  readonly changed: number;
  readonly added: number;
}

/** Rows of entities (those that have an id and tags), without the runner's own, which go on changing. */
export async function configurationRows(place: RowsOf): Promise<Rows> {
  const { lab } = place;
  return await withSql(lab.postgres.connection, async (sql) => {
    const rows = new Map<string, ReadonlyMap<string, string>>();
    for (const table of await entityTables(place, sql)) rows.set(table, await versionsIn(table, place, sql));
    return rows;
  });
}

/** What became of the rows of some tables; of all where none are named. */
export function changedRows(
  before: Rows,
  after: Rows,
  tables: readonly string[] = [...before.keys()],
): RowsChanged {
  const total = { before: 0, gone: 0, changed: 0, added: 0 };
  for (const table of tables) {
    const then = before.get(table) ?? new Map<string, string>();
    const now = after.get(table) ?? new Map<string, string>();
    total.before += then.size;
    for (const [id, version] of then) {
      const found = now.get(id);
      if (found === undefined) total.gone += 1;
      else if (found !== version) total.changed += 1;
    }
    total.added += [...now.keys()].filter((id) => !then.has(id)).length;
  }
  return total;
}

async function entityTables({ workspace }: RowsOf, sql: Sql): Promise<readonly string[]> {
  const columns = ['id', 'tags', ...(workspace === undefined ? [] : ['ws_id'])];
  const found = await sql.query<{ table_name: string }>(
    `SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = ANY ($1)
     GROUP BY table_name HAVING count(*) = $2 ORDER BY 1`,
    [columns, columns.length],
  );
  return found.map((row) => row.table_name);
}

async function versionsIn(
  table: string,
  { mark, workspace }: RowsOf,
  sql: Sql,
): Promise<ReadonlyMap<string, string>> {
  const within = workspace === undefined ? '' : 'AND ws_id = (SELECT id FROM workspaces WHERE name = $2)';
  const found = await sql.query<{ id: string; version: string }>(
    `SELECT id::text, xmin::text AS version FROM ${quoted(table)}
     WHERE NOT coalesce($1 = ANY (tags), false) ${within}`,
    workspace === undefined ? [mark] : [mark, workspace],
  );
  return new Map(found.map(({ id, version }) => [id, version]));
}
