import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verdictOfInterval } from './verdict.js';

test('verdict - met only within, missed only beyond, else inconclusive; the target itself is within', () => {
  const against10 = (lowerMs: number, upperMs: number | null) => verdictOfInterval({ lowerMs, upperMs }, 10);
  assert.equal(against10(1, 10), 'met');
  assert.equal(against10(10, 10), 'met');
  assert.equal(against10(10, 12), 'inconclusive');
  assert.equal(against10(9, null), 'inconclusive');
  assert.equal(against10(11, 12), 'missed');
  assert.equal(against10(11, null), 'missed');
});
