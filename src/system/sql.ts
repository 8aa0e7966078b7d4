/** SQL: the runner's own connections to the lab's Postgres. */
import type { Client, ClientConfig, QueryResultRow } from 'pg';

export interface PostgresConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface Sql {
  query<R extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<R[]>;
}

const connectLimitMs = 5_000;

/** Opens one connection, hands it over, closes it. @throws where Postgres cannot be reached. */
export async function withSql<T>(
  connection: PostgresConnection,
  use: (sql: Sql, client: Client) => Promise<T>,
  options: ClientConfig = {},
): Promise<T> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: connectLimitMs, ...options });
  // A server that dies between two queries must not end the runner; the next query reports it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const sql: Sql = {
      query: async <R extends QueryResultRow>(text: string, values: readonly unknown[] = []) =>
        (await client.query<R>(text, [...values])).rows,
    };
    return await use(sql, client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** An SQL identifier, quoted. */
export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
