import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLive } from './live.js';

const where = 'http://127.0.0.1:8001';

test('live - version, telling settings and size of a Kong, and nothing that it keeps secret', () => {
  const found = readLive({
    where,
    root: {
      version: '3.9.1',
      edition: 'community',
      configuration: {
        database: 'postgres',
        role: 'traditional',
        db_update_frequency: 5,
        pg_password: 'secret',
      },
    },
    counts: { services: 12, routes: 30, 'key-auth': 4 },
  });
  assert.deepEqual(found.kong, { edition: 'oss', version: '3.9.1', settings: { db_update_frequency: 5 } });
  assert.deepEqual([found.amounts?.services, found.amounts?.routes, found.amounts?.consumers], [12, 30, 0]);
  assert.doesNotMatch(JSON.stringify(found), /secret/);
});

test('live - Enterprise is known by its name or by its four numbers', () => {
  for (const root of [
    { version: '3.9.0.1' },
    { version: '3.4.3.11-enterprise-edition' },
    { edition: 'enterprise' },
  ]) {
    assert.equal(readLive({ where, root, counts: {} }).kong?.edition, 'enterprise');
  }
});

test('live - a Kong that no drill covers is none, and the note says why', () => {
  for (const [configuration, reason] of [
    [{ database: 'off' }, /without a database/],
    [{ database: 'postgres', role: 'control_plane' }, /hybrid mode/],
  ] as const) {
    const found = readLive({ where, root: { version: '3.9.1', configuration }, counts: {} });
    assert.equal(found.kong, undefined);
    assert.match(found.notes.join(), reason);
  }
});
