/** SQL: the connections to a Postgres, the lab's or somebody's own. */
import type { Client, ClientConfig, QueryResultRow } from 'pg';
import { tlsOptions } from './tls.js';
import type { TlsSettings } from './tls.js';

export interface PostgresConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface PostgresUrl {
  /** `postgres://user@host:port/database`, with the parameters that libpq knows. */
  readonly url: string;
  /** Instead of what `sslmode` in the URL says. */
  readonly tls?: TlsSettings;
  /** The schema of Kong's tables, where it is not the first that the user sees. */
  readonly schema?: string;
}

/** What a URL says, as a connection; what it leaves out is taken from `PGPASSWORD` and the like. */
export function connectionFrom({ url, tls, schema }: PostgresUrl): ClientConfig {
  const address = new URL(url);
  if (tls !== undefined) address.searchParams.delete('sslmode');
  return {
    connectionString: address.href,
    ...(tls === undefined ? {} : { ssl: tlsOptions(tls) }),
    ...(schema === undefined ? {} : { options: `-c search_path=${quoted(schema)}` }),
  };
}

export interface Sql {
  query<R extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<R[]>;
}

const connectLimitMs = 5_000;

/** Opens one connection, hands it over, closes it. @throws where Postgres cannot be reached. */
export async function withSql<T>(
  connection: ClientConfig,
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

/** The same server, in the database that every server has: Kong's own may be missing, or in the way. */
export function ofServer(connection: PostgresConnection): PostgresConnection {
  return { ...connection, database: 'postgres' };
}

/** An SQL identifier, quoted. */
export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
