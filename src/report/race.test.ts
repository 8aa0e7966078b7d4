import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NewEvent } from '../model/journal.js';
import type { Loss } from '../model/verdict.js';
import { buildJournal } from '../testing/journal-builder.js';
import { judge } from '../verdict/judge.js';
import { lossText } from './race.js';

const [shown] = judge(buildJournal({ cases: [{}] })).cases;
assert.ok(shown);
const nothing: Loss = {
  via: 'admin-api',
  acknowledged: 0,
  lost: 0,
  phantom: 0,
  corrupted: 0,
  resurrected: 0,
  unknown: 0,
  details: [],
};

/** The loss of a run that stopped before anything was read back. */
function lossWithout(...missing: readonly NewEvent['kind'][]): string {
  const shape = { edit: (event: NewEvent) => (missing.includes(event.kind) ? [] : [event]) };
  const [stopped] = judge(buildJournal({ cases: [shape] })).cases;
  assert.ok(stopped);
  return lossText(stopped);
}

test('race - the loss of a path that destroyed nothing is not known, whatever was changed', () => {
  assert.equal(lossWithout('failure-issued', 'failure-confirmed'), 'not known');
});

test('race - changes that nobody read back are not counted as kept', () => {
  assert.match(lossWithout('ledger-read-back'), /^none of \d+ read back$/);
});

test('race - without changes there is nothing to lose', () => {
  assert.equal(lossText({ ...shown, losses: [] }), 'no changes made');
  assert.equal(lossText({ ...shown, losses: [nothing] }), '0 of 0 lost');
});

test('race - what is left in no state of its history is named beside what is lost', () => {
  const loss = { ...nothing, acknowledged: 9, lost: 2, corrupted: 1, resurrected: 3 };
  assert.equal(lossText({ ...shown, losses: [loss] }), '2 of 9 lost, 1 corrupted, 3 resurrected');
});
