import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaseResult } from '../model/verdict.js';
import { isPartOf, partsOf } from './parts.js';

const step = (name: string, startedMs: number, endedMs?: number): CaseResult['steps'][number] => ({
  stage: 'database-restore',
  step: name,
  title: name,
  startedMs,
  ...(endedMs === undefined ? {} : { endedMs }),
  attempts: 1,
  ok: true,
});

const clock = (upperMs: number | null): CaseResult['clocks'][number] => ({
  clock: 'traffic',
  seen: 'outage',
  floorMs: 100,
  rto: { lowerMs: 0, upperMs },
  perNode: [],
});

test('parts - what passed before, in and after the steps, each step once', () => {
  const steps = [step('restore', 1_500, 2_000), step('start', 2_100, 2_600), step('restore', 2_600, 2_700)];
  const parts = partsOf({ failedAtMs: 1_000, steps, clocks: [clock(2_000)] });
  assert.deepEqual(parts, [
    { name: 'before the first step', tookMs: 500 },
    { name: 'database-restore: restore', tookMs: 600 },
    { name: 'database-restore: start', tookMs: 500 },
    { name: 'after the last step, until traffic was back', tookMs: 300 },
  ]);
  assert.deepEqual(
    parts.map((part) => isPartOf('traffic', part)),
    [true, true, true, true],
  );
  assert.deepEqual(
    parts.map((part) => isPartOf('parity', part)),
    [true, true, true, false],
  );
});

test('parts - a clock that did not stop, or stopped before the last step, has no part below 0', () => {
  const steps = [step('restore', 1_500, 2_000), step('start', 2_100)];
  assert.deepEqual(
    partsOf({ failedAtMs: 1_000, steps, clocks: [clock(null)] }).map(({ tookMs }) => tookMs),
    [500, 500],
  );
  assert.equal(partsOf({ failedAtMs: 1_000, steps, clocks: [clock(600)] }).at(-1)?.tookMs, 0);
  assert.deepEqual(partsOf({ failedAtMs: 1_000, steps: [step('start', 2_100)], clocks: [] }), []);
  assert.deepEqual(partsOf({ steps, clocks: [] }), []);
});
