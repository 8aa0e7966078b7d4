import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedOf, shippedDrills } from './shipped-drills.js';

const drill = shippedDrills.find(({ name }) => name === 'three-ways-back');
assert.ok(drill);

test('shipped drills - a decK that knows no key sets misses them where it is all there is', () => {
  const { paths, notMet, exitCode } = expectedOf(drill, '1.17.2');
  assert.deepEqual(paths, { ...drill.paths, 'sync-deck': 'missed' });
  assert.deepEqual(notMet, { 'sync-deck': ['rto-parity', 'parity:key-sets'] });
  assert.equal(exitCode, 1);
});

test('shipped drills - a decK that knows key sets, and a drill that needs none, get what is written', () => {
  for (const version of ['1.48.0', 'v1.65.1', '2.0.0']) assert.equal(expectedOf(drill, version), drill);
  const [other] = shippedDrills.filter(({ needsKeySets }) => needsKeySets === undefined);
  assert.ok(other);
  assert.equal(expectedOf(other, '1.17.2'), other);
});
