import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosePostgres } from './postgres-installation.js';

test('installation - the wanted major version, else the newest', () => {
  const found = ['9.6', '16.2', '15.1'].map((version) => ({
    kind: 'binary' as const,
    version,
    binFolder: version,
  }));
  assert.equal(choosePostgres(found, '15')?.version, '15.1');
  assert.equal(choosePostgres(found, '12')?.version, '16.2');
  assert.equal(choosePostgres([], '15'), undefined);
});
