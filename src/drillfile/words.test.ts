import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alternatives, describe, editDistance, nearest } from './words.js';

test('words - distance, swaps count once', () => {
  assert.equal(editDistance('deck', 'dekc'), 1);
  assert.equal(editDistance('lose', 'los'), 1);
  assert.equal(editDistance('', 'abc'), 3);
  assert.equal(editDistance('kitten', 'sitting'), 3);
});

test('words - distance is symmetric, and zero only to itself', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, (one, other) => {
      assert.equal(editDistance(one, other), editDistance(other, one));
      assert.equal(editDistance(one, other) === 0, one === other);
    }),
  );
});

test('words - a guess only where something is near', () => {
  assert.equal(nearest('postgress', ['kong', 'postgres']), 'postgres');
  assert.equal(nearest('mysql', ['kong', 'postgres']), undefined);
  assert.equal(nearest('KONG', ['kong']), 'kong');
});

test('words - values and choices', () => {
  assert.equal(describe(null), 'nothing');
  assert.equal(describe({}), 'an empty mapping');
  assert.equal(describe('x'.repeat(100)).length, 63);
  assert.equal(alternatives(['a', 'b', 'c']), 'a, b or c');
});
