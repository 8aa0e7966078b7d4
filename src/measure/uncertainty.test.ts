import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  answerLimitMs,
  between,
  earliest,
  failuresToShowAll,
  latest,
  plus,
  probesToMeet,
  proofOf,
  quantile,
  since,
} from './uncertainty.js';
import type { Sample } from '../model/journal.js';
import { verdictOfInterval } from '../model/verdict.js';
import { written } from '../testing/samples.js';

const context = { timeoutMs: 1_000, answerMs: 8, stalls: [] };

test('uncertainty - enough probes to have met every worker, as the rule has them', () => {
  const needed = [1, 2, 4, 8, 16].map((workers) => probesToMeet(workers));
  assert.deepEqual(needed, [1, 11, 29, 68, 150]);
});

test('uncertainty - more of them where the first such row among many probes is taken', () => {
  assert.deepEqual(
    [1, 100, 1_000].map((chances) => probesToMeet(2, chances)),
    [11, 18, 21],
  );
  assert.equal(probesToMeet(1, 1_000), 1);
});

test('uncertainty - enough failures in a row to have shown that no worker was healthy', () => {
  assert.deepEqual([1, 2, 4].map(failuresToShowAll), [1, 5, 11]);
});

test('uncertainty - an answer proves something at some moment until it came', () => {
  assert.deepEqual(proofOf([0, 100, 107, 0], context), { serves: true, fromMs: 100, toMs: 107, seen: '' });
  assert.deepEqual(proofOf([0, 100, 107, 1, '500'], context), {
    serves: false,
    fromMs: 100,
    toMs: 107,
    seen: '500',
  });
});

test('uncertainty - a timeout proves absence only while an answer would still have come', () => {
  const proof = proofOf([0, 100, 1_100, 3], context);
  assert.deepEqual(proof, { serves: false, fromMs: 100, toMs: 108, seen: 'timeout' });
});

test('uncertainty - a timeout while the prober stood still proves nothing, a shorter stall widens', () => {
  assert.equal(
    proofOf([0, 100, 2_100, 3], { ...context, stalls: [{ fromMs: 101, toMs: 2_100 }] }),
    undefined,
  );
  const proof = proofOf([0, 100, 1_100, 3], { ...context, stalls: [{ fromMs: 50, toMs: 300 }] });
  assert.equal(proof?.toMs, 308);
});

test('uncertainty - how long an answer takes is learnt from right answers before the failure', () => {
  const { samples } = written('R*25 S R*10');
  assert.equal(answerLimitMs(samples, { beforeMs: 2_500, timeoutMs: 1_000 }), 4);
  assert.equal(
    answerLimitMs(samples, { beforeMs: 4_000, timeoutMs: 1_000 }),
    1_000,
    'no longer than the timeout',
  );
  assert.equal(answerLimitMs(samples.slice(0, 19), { beforeMs: 9_000, timeoutMs: 700 }), 700, 'too few');
});

test('uncertainty - the duration between two uncertain moments holds every possible one', () => {
  const moment = fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(moment, moment, ([from, width, at], [gap, width2, at2]) => {
      const begin = { lowerMs: from, upperMs: from + width };
      const end = { lowerMs: from + gap, upperMs: from + gap + width2 };
      const truth = end.lowerMs + at2 * width2 - (begin.lowerMs + at * width);
      const found = between(begin, end);
      assert.ok(found.lowerMs >= 0 && found.lowerMs <= Math.max(0, truth) + 1e-9);
      assert.ok(Number(found.upperMs) >= truth - 1e-9);
    }),
  );
});

test('uncertainty - the latest of some moments is open where one of them is', () => {
  assert.deepEqual(
    latest([
      { lowerMs: 1, upperMs: 5 },
      { lowerMs: 3, upperMs: 4 },
    ]),
    { lowerMs: 3, upperMs: 5 },
  );
  assert.equal(
    latest([
      { lowerMs: 1, upperMs: null },
      { lowerMs: 3, upperMs: 4 },
    ]).upperMs,
    null,
  );
  assert.throws(() => latest([]), RangeError);
});

test('uncertainty - met only below or at the target, missed only above it', () => {
  const of = (lowerMs: number, upperMs: number | null) => verdictOfInterval({ lowerMs, upperMs }, 100);
  assert.deepEqual([of(0, 100), of(100, 100)], ['met', 'met']);
  assert.deepEqual([of(100.001, 200), of(100.001, null)], ['missed', 'missed']);
  assert.deepEqual([of(100, 100.001), of(0, null)], ['inconclusive', 'inconclusive']);
});

test('uncertainty - quantiles are by nearest rank', () => {
  assert.equal(quantile([3, 1, 2, 4], 0.5), 2);
  assert.equal(quantile([3, 1, 2, 4], 0.999), 4);
  assert.equal(quantile([], 0.5), 0);
});

test('uncertainty - a sum is open where either part is', () => {
  const one = { lowerMs: 1, upperMs: 2 };
  const open = { lowerMs: 3, upperMs: null };
  assert.deepEqual(
    [plus(one, one), plus(one, open), plus(open, one)],
    [
      { lowerMs: 2, upperMs: 4 },
      { lowerMs: 4, upperMs: null },
      { lowerMs: 4, upperMs: null },
    ],
  );
});

test('uncertainty - the earliest of some moments is open only where all are', () => {
  const first = { lowerMs: 1, upperMs: 5 };
  const open = { lowerMs: 2, upperMs: null };
  assert.deepEqual(earliest([first, { lowerMs: 3, upperMs: 4 }]), { lowerMs: 1, upperMs: 4 });
  assert.deepEqual(earliest([open, first]), { lowerMs: 1, upperMs: 5 });
  assert.deepEqual(earliest([open]), { lowerMs: 2, upperMs: null });
  assert.throws(() => earliest([]), RangeError);
});

test('uncertainty - since a known moment, and never before it', () => {
  assert.deepEqual(since(10, { lowerMs: 12, upperMs: 15 }), { lowerMs: 2, upperMs: 5 });
  assert.deepEqual(since(10, { lowerMs: 4, upperMs: null }), { lowerMs: 0, upperMs: null });
  assert.deepEqual(between({ lowerMs: 1, upperMs: null }, { lowerMs: 3, upperMs: 9 }), {
    lowerMs: 0,
    upperMs: 8,
  });
});

test('uncertainty - just half of the patience is enough, and an answer at the failure is none before it', () => {
  const context = { timeoutMs: 1_000, answerMs: 50, stalls: [{ fromMs: 100, toMs: 600 }] };
  assert.deepEqual(proofOf([0, 100, 1_100, 3, 'created'], context), {
    serves: false,
    fromMs: 100,
    toMs: 650,
    seen: 'created',
  });
  const steady = (count: number, outcome: number): Sample[] =>
    Array.from({ length: count }, (_, index) => [index, index, index + 10, outcome]);
  const limit = { beforeMs: 29, timeoutMs: 1_000 };
  assert.equal(answerLimitMs(steady(20, 0), limit), 1_000);
  assert.equal(answerLimitMs(steady(20, 0), { ...limit, beforeMs: 30 }), 20);
  assert.equal(answerLimitMs(steady(40, 1), { ...limit, beforeMs: 100 }), 1_000);
});
