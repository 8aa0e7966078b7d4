import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Given } from './command.js';
import { countOf } from './count-option.js';

const jobs = (text: string | undefined) =>
  countOf(saying(text), 'jobs', { most: 999, hint: 'leave it away' });

test('count - a whole number up to the largest, or one clear error', () => {
  assert.equal(jobs('3'), 3);
  assert.equal(jobs('999'), 999);
  assert.equal(jobs(undefined), undefined);
  for (const text of ['0', '-1', '1.5', 'many', '', '1000'])
    assert.throws(() => jobs(text), /--jobs: expected a number from 1 to 999/);
});

function saying(text: string | undefined): Given {
  return { operands: [], text: () => text, list: () => [], flag: () => false };
}
