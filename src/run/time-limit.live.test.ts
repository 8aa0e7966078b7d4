/** `run --time-limit`, as a CI job types it: what does not fit is skipped by name, before anything is started. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { drillsFolder, startDrill } from '../testing/running-drill.js';

test('run --time-limit - a drill that cannot fit is skipped by name in every report, and nothing is started', async (context) => {
  const file = join(drillsFolder, 'quickstart.yaml');
  const running = await startDrill(context, { engine: 'processes', file, args: ['--time-limit', '20s'] });
  const ended = await running.ended;
  assert.equal(ended.exitCode, 2, ended.progress + ended.output);
  const why = /restore-db.*it does not fit into [\d.]+ s left of --time-limit 20 s: it takes at least/s;
  assert.match(ended.progress, why);
  assert.match(ended.output, why);
  assert.match(await ended.junit(), /<skipped message="[^"]*it does not fit into/);
  const kinds = new Set((await running.events()).map(({ kind }) => kind));
  assert.deepEqual([kinds.has('case-skipped'), kinds.has('case-started')], [true, false]);
});
