import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { JournalShape } from '../testing/journal-builder.js';
import { makeRun } from '../testing/sealed-run.js';
import { caseDurationsIn } from './case-durations.js';
import { readReports } from './earlier-runs.js';

async function durationsAfter(context: TestContext, shape: JournalShape, engine?: string) {
  const reports = await mkdtemp(join(tmpdir(), 'case-durations-'));
  context.after(() => rm(reports, { recursive: true }));
  await makeRun(reports, { shape });
  return caseDurationsIn(await readReports(reports), 'postgres-lost', engine);
}

test('case durations - a case as a whole, each of its phases, and the run that they are from', async (context) => {
  const past = (await durationsAfter(context, {})).get('restore-db');
  assert.ok(past);
  assert.ok(past.meanMs > 60_000 && past.meanMs < 80_000, `${past.meanMs} ms`);
  assert.ok(Math.abs((past.phasesMs.get('recover') ?? 0) - 2_500) < 10);
  const sumMs = [...past.phasesMs.values()].reduce((sum, ms) => sum + ms, 0);
  assert.ok(sumMs <= past.meanMs);
  assert.deepEqual([past.engine, past.utc], ['processes', '2026-11-23T22:00:00.000Z']);
});

test('case durations - another engine, and a case that ended before it was compared, say nothing', async (context) => {
  assert.equal((await durationsAfter(context, {}, 'containers')).size, 0);
  const endsEarly = {
    edit: (event: { kind: string }) => ('phase' in event && event.phase === 'compare' ? [] : [event]),
  };
  assert.equal((await durationsAfter(context, { cases: [endsEarly as object] })).size, 0);
});
