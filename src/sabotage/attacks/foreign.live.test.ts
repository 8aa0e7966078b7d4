import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestPostgres } from '../../standin/testing/postgres.js';
import { withSql } from '../../system/sql.js';
import { foreign } from './foreign.js';

test('foreign - what the runner made is spared, by hand or through a pipeline, and nothing else', async () => {
  await using postgres = await TestPostgres.start();
  const connection = { host: '127.0.0.1', port: postgres.port, user: 'kong', database: 'kong' };
  const rows = await withSql(connection, (sql) =>
    sql.query<{ name: string }>(
      `SELECT name FROM (VALUES
         ('by hand', ARRAY['kd-r1']), ('by pipeline', ARRAY['team', 'kd-r1-pipeline']),
         ('of another run', ARRAY['kd-r12']), ('of a team', ARRAY['team']), ('without tags', NULL)
       ) AS held (name, tags) WHERE ${foreign}`,
      ['kd-r1'],
    ),
  );
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['of another run', 'of a team', 'without tags'],
  );
});
