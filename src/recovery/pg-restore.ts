/** `pg_restore` of a logical backup, whole: schema and data. (Data alone over a bootstrapped database loads nothing.) */
import { connectionArguments } from '../engine/connection-arguments.js';
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
      ...connectionArguments(postgres),
      '--no-owner',
      `--jobs=${action.jobs}`,
      ...(action.clean ? ['--clean', '--if-exists'] : []),
      at(path),
    ],
  });
  return outcomeOf(result);
};
