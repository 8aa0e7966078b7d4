import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { PipelineStep } from '../model/pipeline.js';
import { systemClock } from '../system/clock.js';
import { runWriter } from './made-runs.js';
import { readPipeline } from './pipeline.js';

const folder = await mkdtemp(join(tmpdir(), 'kong-drill-made-runs-'));
after(() => rm(folder, { recursive: true }));

test('made runs - are runs like any other, in the order in which they ended, also where the clock is set back', async () => {
  let nowMs = Date.parse('2026-11-26T04:00:00Z');
  const clock = { ...systemClock(), utc: () => new Date(nowMs) };
  const write = await runWriter(join(folder, 'made'), clock);
  const names = Array.from({ length: 12 }, (_, place) => `consumer-${place}`);
  for (const name of names) {
    await write(stepFor(name));
    nowMs += name === 'consumer-5' ? -60_000 : 100;
  }
  const runs = await readPipeline(join(folder, 'made'));
  assert.deepEqual(
    runs.map(({ steps }) => steps),
    names.map((name) => [stepFor(name)]),
  );
  assert.equal(runs[0]?.at, '2026-11-26T04:00:00.000Z');
});

function stepFor(name: string): PipelineStep {
  return { request: { method: 'PUT', path: `/consumers/${name}`, body: { username: name, tags: ['kd'] } } };
}
