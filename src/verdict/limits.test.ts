import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournalShape } from '../testing/journal-builder.js';
import { buildJournal } from '../testing/journal-builder.js';
import { judge } from './judge.js';
import { failureBound } from './limits.js';

const limits = (shape: JournalShape = {}) => judge(buildJournal(shape)).limits.join('\n');

test('limits - what n passes out of n leave open, at 95 %', () => {
  const percent = (passes: number) => Math.round(failureBound(passes) * 100);
  assert.deepEqual([1, 3, 10, 20, 59].map(percent), [95, 63, 26, 14, 5]);
  const cases = [1, 2, 3].map((repetition) => ({ repetition }));
  assert.match(limits({ cases }), /tried 3 times: .* up to 63 % of cases would not be found out/);
});

test('limits - the time of people is declared or not, and never 0', () => {
  assert.match(limits(), /to notice and to decide is not declared, and not part of any figure/);
  const people = { noticeAndDecide: '20m' };
  assert.match(limits({ drill: { people } }), /\(declared: 20m\) was not measured/);
});

test('limits - times of one machine tell about the procedure, and the detection floor is printed', () => {
  assert.match(limits(), /Times from one machine tell about the procedure and its regressions/);
  assert.match(
    limits(),
    /Outages shorter than 1\d\d ms \(traffic\), 1\.\d\d s \(config\) could have gone unseen/,
  );
});
