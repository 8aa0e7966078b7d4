import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entityKindWords } from '../../model/entity.js';
import { kinds } from '../../parity/kinds.js';

test('references - the kinds that a declared loss may name are those that parity compares', () => {
  const compared = kinds.filter(({ role, edition }) => role === 'configuration' && edition === 'oss');
  assert.deepEqual([...entityKindWords].sort(), compared.map(({ name }) => name).sort());
});
