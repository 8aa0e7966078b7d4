import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeRun } from '../testing/sealed-run.js';
import { earlierRunsOf } from './earlier-runs.js';

test('earlier runs - those of the drill that ended, oldest first, with the clocks of each path', async (context) => {
  const reports = await mkdtemp(join(tmpdir(), 'earlier-'));
  context.after(() => rm(reports, { recursive: true }));
  assert.deepEqual(await earlierRunsOf(reports, 'postgres-lost'), []);
  await makeRun(reports, { shape: { rehearsal: true } });
  await makeRun(reports, { sealed: false });
  await makeRun(reports, { shape: { drill: { name: 'another' } } });
  const gone = await makeRun(reports);
  await makeRun(reports);
  await rm(gone, { recursive: true });
  const runs = await earlierRunsOf(reports, 'postgres-lost');
  assert.deepEqual(
    runs.map((it) => [it.rehearsal, it.verdict, it.paths.map((path) => path.recovery)]),
    [
      [true, 'met', ['restore-db']],
      [false, 'met', ['restore-db']],
    ],
  );
  const { traffic } = runs[0]?.paths[0]?.rto ?? {};
  assert.ok(traffic && traffic.lowerMs > 4_000 && (traffic.upperMs ?? 0) < 6_000);
});
