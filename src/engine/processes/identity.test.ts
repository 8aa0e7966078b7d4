import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountOf } from './identity.js';

test('identity - an account is found by its whole name, and is never root', () => {
  const accounts = 'root:x:0:0::/root:/bin/sh\npostgres2:x:7:7::/:\npostgres:x:101:104::/:\nodd:x:-2:-2::/:';
  assert.deepEqual(accountOf('postgres', accounts), { uid: 101, gid: 104 });
  for (const name of ['root', 'odd', 'nobody']) assert.equal(accountOf(name, accounts), undefined);
});
