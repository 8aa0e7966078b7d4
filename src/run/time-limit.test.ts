import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTimeLimit } from './time-limit.js';

function limited(limitMs: number) {
  const now = { ms: 5_000 };
  const limit = startTimeLimit(limitMs, { nowMs: () => now.ms });
  return { limit, pass: (ms: number) => (now.ms += ms) };
}

const expected = { recovery: 'restore-db', caseMs: 60_000, cases: 1 };

test('time limit - a case fits while what is left is enough for it', () => {
  const { limit, pass } = limited(100_000);
  assert.equal(limit.whyNot(expected), undefined);
  pass(40_000);
  assert.equal(limit.whyNot(expected), undefined);
  pass(1);
  assert.match(
    limit.whyNot(expected) ?? '',
    /^it does not fit into 1 min 00 s left of --time-limit 1 min 40 s: it takes at least 1 min 00 s \(an estimate/,
  );
});

test('time limit - a time that was measured is told with the run that it is from', () => {
  const measured = { engine: 'containers', utc: '2026-11-25T02:00:00.000Z' };
  const { limit, pass } = limited(60_000);
  pass(70_000);
  assert.equal(
    limit.whyNot({ ...expected, measured }),
    'it does not fit into 0 ms left of --time-limit 1 min: it takes 1 min 00 s (as in the run of 2026-11-25 02:00 UTC, engine containers)',
  );
});
