import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Names } from '../dns.js';
import type { Settings } from '../settings.js';

export type Row = Record<string, unknown>;

/** Connections to Postgres at one address: it is looked up once, and kept as Kong keeps it. */
export class Database implements AsyncDisposable {
  readonly #pool: pg.Pool;

  private constructor(pool: pg.Pool) {
    this.#pool = pool;
    // A connection that breaks while idle is dropped; the next query opens another.
    pool.on('error', () => undefined);
  }

  /** Connects, or throws an error in Kong's words. */
  static async connect(settings: Settings['postgres'], names: Names): Promise<Database> {
    const { timeoutMs, host, ...rest } = settings;
    try {
      const pool = new pg.Pool({
        ...rest,
        host: await names.resolve(host),
        max: 40,
        allowExitOnIdle: true,
        connectionTimeoutMillis: timeoutMs,
        query_timeout: timeoutMs,
        types,
        Client: QuietClient,
      });
      const database = new Database(pool);
      await database.query('SHOW server_version_num').catch(async (error: unknown) => {
        await database[Symbol.asyncDispose]();
        throw error;
      });
      return database;
    } catch (error) {
      throw new Error(
        `[PostgreSQL error] failed to retrieve PostgreSQL server_version_num: ${inWords(error)}`,
        {
          cause: error,
        },
      );
    }
  }

  /** Waits at most `pg_timeout` for a connection, and as long again for the rows. */
  async query(sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = await this.#pool.connect();
    let usable = false;
    try {
      const result = await client.query<Row>(sql, values);
      usable = true;
      return result.rows;
    } catch (error) {
      usable = error instanceof pg.DatabaseError && error.severity === 'ERROR';
      throw error;
    } finally {
      client.release(!usable);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A frozen Postgres does not answer a goodbye either.
    await Promise.race([this.#pool.end(), sleep(goodbyeMs, undefined, { ref: false })]);
  }
}

const goodbyeMs = 500;
const bigint = 20;

/** Also reports a lost connection while no query waits for it, or after one has failed: nobody else listens then. */
class QuietClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

const builtIn = pg.types.getTypeParser as (oid: number, format?: string) => (value: string) => unknown;

/** Large integers as numbers: none of Kong's is too large for one. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: string) => (oid === bigint ? Number : builtIn(oid, format)),
};

function inWords(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'connection refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') {
    return 'host or service not provided, or not known';
  }
  if (code === '28P01' || code === '28000') return 'authentication exchange unsuccessful';
  if (/timeout/i.test(message)) return 'receive_message: failed to get type: timeout';
  return error instanceof pg.DatabaseError ? `FATAL: ${message}` : message;
}
