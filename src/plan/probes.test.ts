import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultObserveMs, leastSteadyStateMs, probesToMeetEveryWorker, probing } from './probes.js';

test('probes - spacing, a hundredth of the smallest target, between 10 and 100 ms', () => {
  const spacingOf = (...targetsMs: number[]) => probing({ targetsMs, workers: 2 }).spacingMs;
  assert.equal(spacingOf(), 100);
  assert.equal(spacingOf(60_000, 90_000), 100);
  assert.equal(spacingOf(60_000, 5_000), 50);
  assert.equal(spacingOf(200), 10);
});

test('probes - enough to have met every worker with 99.9 %', () => {
  assert.deepEqual([1, 2, 4, 8, 16].map(probesToMeetEveryWorker), [1, 11, 29, 68, 150]);
});

test('probes - window, the largest of 10 s, a tenth of the target, and a probe for every worker', () => {
  const windowOf = (targetMs: number, workers: number) =>
    probing({ targetsMs: [targetMs], workers }).windowMs;
  assert.equal(windowOf(60_000, 2), 10_000);
  assert.equal(windowOf(300_000, 2), 30_000);
  assert.equal(windowOf(60_000, 16), 15_000);
});

test('probes - waits twice the largest target, at least a minute', () => {
  assert.equal(defaultObserveMs([]), 60_000);
  assert.equal(defaultObserveMs([20_000, 90_000]), 180_000);
});

test('probes - steady state, 200 probes at 100 a second to a node, 20 of each stream', () => {
  assert.equal(leastSteadyStateMs(10, 1), 2_000);
  assert.equal(leastSteadyStateMs(10, 2), 1_000);
  assert.equal(leastSteadyStateMs(100, 2), 2_000);
});
