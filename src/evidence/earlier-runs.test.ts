import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildJournal } from '../testing/journal-builder.js';
import { makeRun } from '../testing/sealed-run.js';
import { apart } from '../testing/shards.js';
import { earlierRunsIn, readReports } from './earlier-runs.js';

const earlierRunsOf = async (folder: string, drill: string, budget?: number) =>
  earlierRunsIn(await readReports(folder), drill, budget);

test('earlier runs - those of the drill that ended, oldest first, with the clocks of each path', async (context) => {
  const reports = await mkdtemp(join(tmpdir(), 'earlier-'));
  context.after(() => rm(reports, { recursive: true }));
  assert.deepEqual(await earlierRunsOf(reports, 'postgres-lost'), []);
  await makeRun(reports, { shape: { rehearsal: true } });
  await makeRun(reports, { sealed: false });
  await makeRun(reports, { shape: { drill: { name: 'another' } } });
  const [shard = []] = apart(buildJournal({ cases: [{}, { repetition: 2 }] }), 2);
  await makeRun(reports, { events: shard });
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

test('earlier runs - of a path that was repeated, the slowest repetition and what it was made of', async (context) => {
  const reports = await mkdtemp(join(tmpdir(), 'earlier-'));
  context.after(() => rm(reports, { recursive: true }));
  const back = (toMs: number, repetition: number) => ({ repetition, outage: { fromMs: 1_000, toMs } });
  await makeRun(reports, { shape: { cases: [back(5_000, 1), back(9_000, 2), back(7_000, 3)] } });
  const [path] = (await earlierRunsOf(reports, 'postgres-lost'))[0]?.paths ?? [];
  assert.ok(path?.rto.traffic && path.rto.traffic.lowerMs > 8_500);
  const after = path.parts?.find(({ name }) => name === 'after the last step, until traffic was back');
  assert.ok(after && after.tookMs > 4_500, JSON.stringify(path.parts));
  assert.ok(path.parts?.some(({ name, tookMs }) => name === 'database-restore: restore' && tookMs === 1_599));
});

test('earlier runs - as many as a regression budget needs, even where a trend shows fewer', async (context) => {
  const reports = await mkdtemp(join(tmpdir(), 'earlier-'));
  context.after(() => rm(reports, { recursive: true }));
  for (let made = 0; made < 34; made += 1) await makeRun(reports);
  assert.equal((await earlierRunsOf(reports, 'postgres-lost')).length, 30);
  assert.equal((await earlierRunsOf(reports, 'postgres-lost', 16)).length, 32);
});
