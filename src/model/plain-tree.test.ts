import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { plainTree } from './plain-tree.js';

test('plain tree - what holds itself, and what is nested without end, is refused', () => {
  const shared = parse('a: &one [1]\nb: *one') as unknown;
  assert.equal(plainTree(shared), shared);
  assert.throws(() => plainTree(parse('a: &one [*one]')), /an alias .* stands for what it is a part of/);
  const deep = JSON.parse('['.repeat(1_000) + ']'.repeat(1_000)) as unknown;
  assert.throws(() => plainTree(deep), /more than 200 levels/);
});
