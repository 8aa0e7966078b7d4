/** `drop-database`: somebody dropped Kong's database; Postgres itself goes on. */
import type { Injector } from './failure.js';
import { ofServer, quoted, withSql } from '../system/sql.js';

export const dropDatabase: Injector<'drop-database'> = {
  target: (_, { lab }) => `the database ${lab.postgres.connection.database}`,
  inject: async (_, { lab }) => {
    const { connection } = lab.postgres;
    await withSql(ofServer(connection), (sql) =>
      sql.query(`DROP DATABASE ${quoted(connection.database)} WITH (FORCE)`),
    );
  },
  confirm: async (_, { lab }) => {
    const { connection } = lab.postgres;
    const rows = await withSql(ofServer(connection), (sql) =>
      sql.query<{ datname: string }>('SELECT datname FROM pg_database WHERE datname = $1', [
        connection.database,
      ]),
    );
    return [
      {
        source: 'pg_database',
        observed:
          rows.length === 0
            ? `no database ${connection.database}`
            : `database ${connection.database} is there`,
        confirms: rows.length === 0,
      },
    ];
  },
};
