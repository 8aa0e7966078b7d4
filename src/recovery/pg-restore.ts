/** `pg_restore` of a logical backup, whole: schema and data. (Data alone over a bootstrapped database loads nothing.) */
import { artifactOf, outcomeOf } from './recovery.js';
import type { Act } from './recovery.js';

export const pgRestore: Act<'pg-restore'> = async (action, context) => {
  const { lab, limitMs, signal } = context;
  const { path } = artifactOf(action.artifact, context);
  const result = await lab.tool({
    tool: 'pg_restore',
    reads: [path],
    limitMs,
    signal,
    env: { PGPASSWORD: lab.postgres.connection.password },
    args: ({ postgres, path: at }) => [
      `--host=${postgres.host}`,
      `--port=${postgres.port}`,
      `--username=${postgres.user}`,
      `--dbname=${postgres.database}`,
      '--no-owner',
      `--jobs=${action.jobs}`,
      ...(action.clean ? ['--clean', '--if-exists'] : []),
      at(path),
    ],
  });
  return outcomeOf(result);
};
