import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressesIn, dynamicRange } from './network.js';

test('addresses - fixed ones in the lower half, each used once', () => {
  const addresses = addressesIn('172.20.0.0/16');
  const all = [
    ...[addresses.resolver, addresses.echo, addresses.relay, addresses.toolbox],
    ...[1, 2, 9].map(addresses.kong),
    ...[1, 2, 90].map(addresses.postgres),
  ];
  assert.equal(new Set(all).size, all.length);
  assert.equal(addresses.kong(1), '172.20.0.11');
  assert.equal(addresses.postgres(2), '172.20.0.32');
  assert.ok(all.every((address) => /^172\.20\.0\.\d+$/.test(address)));
});

test('addresses - the others come from the upper half', () => {
  assert.equal(dynamicRange('172.20.0.0/16'), '172.20.128.0/17');
  assert.equal(dynamicRange('192.168.64.0/20'), '192.168.72.0/21');
  assert.equal(dynamicRange('10.1.2.0/24'), '10.1.2.128/25');
});
