import type { PostgresConnection } from '../system/sql.js';

/** Where the database is, for any client program of Postgres; the password goes by its environment. */
export function connectionArguments({ host, port, user, database }: PostgresConnection): readonly string[] {
  return [`--host=${host}`, `--port=${port}`, `--username=${user}`, `--dbname=${database}`];
}
