import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Sample } from '../model/journal.js';
import { written as samples } from '../testing/samples.js';
import { routeEffect } from './rto-route.js';

// Every 100 ms from 0 on, each answered after 2 ms: W is the 404 of Kong, which does not know the route.
const route = { issuedMs: 1_000, workers: 1, stalls: [] };

test('route effect - between the last probe that did not get it and the first that did', () => {
  assert.deepEqual(routeEffect(samples('W*30 R*5'), route), { lowerMs: 1_900, upperMs: 2_002 });
});

test('route effect - since the request that wrote it, and never before', () => {
  assert.deepEqual(routeEffect(samples('W*10 R*5'), route), { lowerMs: 0, upperMs: 2 });
  assert.deepEqual(routeEffect(samples('R*20'), route), { lowerMs: 0, upperMs: 2 });
});

test('route effect - the slowest worker decides, and as many right answers as meet all of them show it', () => {
  const two = { ...route, workers: 2 };
  assert.deepEqual(routeEffect(samples('W*15 R W R*3 W R*17'), two), { lowerMs: 1_000, upperMs: 2_702 });
  assert.deepEqual(routeEffect(samples('W*15 R W R*3 W R*16'), two), { lowerMs: 1_000, upperMs: null });
});

test('route effect - nothing counts behind a probe that may still fail', () => {
  assert.deepEqual(routeEffect(samples('W*15 . R*9'), route), { lowerMs: 400, upperMs: null });
  assert.deepEqual(routeEffect(samples('W*15 . R*20'), route), { lowerMs: 400, upperMs: 602 });
});

test('route effect - not seen to be served', () => {
  assert.deepEqual(routeEffect(samples('W*40'), route), { lowerMs: 2_900, upperMs: null });
});

test('route effect - a probe that timed out while the prober stood still shows no absence', () => {
  const { stream } = samples('W');
  const late: Sample[] = [
    [0, 900, 902, 1, '404 instead of 200'],
    [1, 1_500, 2_500, 3],
    [2, 2_600, 2_602, 0],
  ];
  const watched = { stream, samples: late };
  assert.deepEqual(routeEffect(watched, route), { lowerMs: 500, upperMs: 1_602 });
  const stalls = [{ fromMs: 1_500, toMs: 2_500 }];
  assert.deepEqual(routeEffect(watched, { ...route, stalls }), { lowerMs: 0, upperMs: 1_602 });
});

test('route effect - holds the moment at which the last worker takes it in, however far apart they do', () => {
  let missed = 0;
  const runs = 1_000;
  const worker = fc.integer({ min: 0, max: 5_000 });
  const property = fc.property(
    fc.tuple(worker, worker),
    fc.array(fc.nat({ max: 1 }), { minLength: 400, maxLength: 400 }),
    (liveMs, asked) => {
      const truthMs = Math.max(...liveMs);
      const { stream } = samples('R', { stream: { spacingMs: 25 } });
      const seen: Sample[] = [];
      // As the runner does: it looks after every few probes, and stops at the first time that all seem to serve it.
      for (const [index, who] of asked.entries()) {
        const sentMs = index * 25;
        const serves = sentMs - route.issuedMs >= (liveMs[who] ?? 0);
        seen.push(
          serves ? [index, sentMs, sentMs + 2, 0] : [index, sentMs, sentMs + 2, 1, '404 instead of 200'],
        );
        if (index % 4 > 0) continue;
        const took = routeEffect({ stream, samples: seen }, { ...route, workers: 2 });
        if (took.upperMs === null) continue;
        missed += took.lowerMs <= truthMs && truthMs <= took.upperMs ? 0 : 1;
        return;
      }
      assert.fail('not seen to be served');
    },
  );
  // Some interval in a thousand misses: whether more do than allowed must not be chance.
  fc.assert(property, { numRuns: runs, seed: 1 });
  assert.ok(missed <= runs / 200, `${missed} of ${runs} intervals do not hold the truth`);
});
