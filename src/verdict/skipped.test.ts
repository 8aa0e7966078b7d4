import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildJournal } from '../testing/journal-builder.js';
import type { CaseShape } from '../testing/journal-builder.js';
import { judge } from './judge.js';

const reason = 'it does not fit into 40.00 s left of --time-limit 20m: it takes 55.00 s';

/** A case whose turn came too late: nothing of it was started. */
function skipped(shape: CaseShape, why = reason): CaseShape {
  return {
    ...shape,
    edit: ({ kind, ...rest }) =>
      kind === 'case-started' ? [{ ...rest, kind: 'case-skipped', reason: why }] : [],
  };
}

test('skipped - a path whose turn came too late is named, and what ran is judged alone', () => {
  const result = judge(buildJournal({ cases: [{}, skipped({ recovery: 'replay-ci' })] }));
  assert.deepEqual(result.skipped, [{ recovery: 'replay-ci', reason }]);
  assert.deepEqual(
    result.cases.map((it) => it.case),
    ['restore-db#1'],
  );
  assert.deepEqual([result.verdict, result.exitCode], ['met', 0]);
  assert.match(result.limits.join('\n'), /Nothing is known of the path replay-ci: skipped, it does not fit/);
});

test('skipped - a repetition that was left out does not make the others less', () => {
  const cases = [{}, skipped({ repetition: 2 }), skipped({ repetition: 3 })];
  const result = judge(buildJournal({ cases }));
  assert.deepEqual(result.skipped, [
    { recovery: 'restore-db', reason: `not restore-db#2, restore-db#3: ${reason}` },
  ]);
  assert.equal(result.paths[0]?.repetitions, 1);
  assert.match(result.limits.join('\n'), /The path restore-db was tried less often than the drill asks/);
});

test('skipped - each path with its own reason, whatever else was tried', () => {
  const cases = [
    {},
    { recovery: 'replay-ci' },
    skipped({ recovery: 'sync-deck' }, 'no decK'),
    skipped({ repetition: 2 }),
  ];
  assert.deepEqual(judge(buildJournal({ cases })).skipped, [
    { recovery: 'sync-deck', reason: 'no decK' },
    { recovery: 'restore-db', reason: `not restore-db#2: ${reason}` },
  ]);
});

test('skipped - nothing that ran proves nothing', () => {
  const result = judge(buildJournal({ cases: [skipped({})] }));
  assert.deepEqual([result.verdict, result.exitCode, result.cases.length], ['inconclusive', 2, 0]);
});
