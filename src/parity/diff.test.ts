import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DrillError } from '../model/drill-error.js';
import type { Entity, JsonObject, Snapshot } from '../model/entity.js';
import type { KindComparison } from '../model/journal.js';
import { snapshotOf } from '../testing/configurations.js';
import { compareSnapshots, isEqual } from './diff.js';
import type { CompareOptions } from './diff.js';
import { fieldsThatDifferAfter } from './kinds.js';

const alice = entity('consumers', 'a1', { username: 'alice' });

test('diff - snapshots with secrets under different keys are refused', () => {
  const other = snapshotOf([alice], { secretKeyId: 'other' });
  assert.throws(
    () => compareSnapshots(snapshotOf([alice]), other, { level: 'identical' }),
    (error) => error instanceof DrillError && error.code === 'usage' && error.message.includes('k and other'),
  );
});

test('diff - a new id is a change at `identical` and none at `equivalent`', () => {
  const anew = { ...alice, id: 'a2' };
  assert.deepEqual(only([alice], [anew], { level: 'identical' }).differences[0]?.fields, [
    { field: 'id', before: 'a1', after: 'a2' },
  ]);
  assert.equal(only([alice], [anew], { level: 'equivalent' }).identical, 1);
});

test('diff - an id that comes back as another entity takes nothing along', () => {
  const bob = entity('consumers', 'a1', { username: 'bob' });
  const group = entity('acls', 'g', { group: 'buyers', consumer: { id: 'a1' } });
  const found = compare([alice, group], [bob, { ...alice, id: 'a2' }, group], { level: 'equivalent' });
  assert.deepEqual(
    found.flatMap(({ differences }) => differences.map(({ change, entity }) => [change, entity])),
    [
      ['extra', 'bob'],
      ['re-parented', 'buyers, consumer alice'],
    ],
  );
});

test('diff - times count at `identical` unless the path makes them anew', () => {
  const [before, after] = [alice, { ...alice, fields: { ...alice.fields, created_at: 2 } }];
  assert.equal(only([before], [after], { level: 'identical' }).changed, 1);
  assert.equal(only([before], [after], { level: 'equivalent' }).changed, 0);
  const ignore = fieldsThatDifferAfter(['deck-sync']);
  assert.equal(only([before], [after], { level: 'identical', ignore }).identical, 1);
});

test('diff - a basic-auth hash under the same consumer id is compared raw: decK hashes the hash', () => {
  const [before, after] = [basic('a1', 'hash'), basic('a1', 'hash of the hash')];
  for (const level of ['identical', 'equivalent'] as const) {
    const found = kindOf(compare([alice, before], [alice, after], { level }), 'basic-auth');
    assert.deepEqual(found.changedSets, [{ fields: ['password'], count: 1 }]);
    assert.equal(found.unproven, 0);
  }
});

test('diff - a basic-auth hash under another consumer id is unproven, equal or not', () => {
  for (const password of ['hash', 'another']) {
    const found = kindOf(
      compare([alice, basic('a1', 'hash')], [{ ...alice, id: 'a2' }, basic('a2', password)], {
        level: 'equivalent',
      }),
      'basic-auth',
    );
    assert.deepEqual([found.unproven, found.identical, found.changed], [1, 0, 0]);
  }
  assert.ok(
    !isEqual(
      compare([alice, basic('a1', 'h')], [{ ...alice, id: 'a2' }, basic('a2', 'h')], { level: 'equivalent' }),
    ),
  );
});

test('diff - the secret of a jwt credential with a public key is drawn by Kong and used by nobody', () => {
  const jwt = (algorithm: string, secret: string): Entity =>
    entity('jwt', 'j', { key: 'issuer', algorithm, secret, consumer: { id: 'a1' } });
  const compared = (algorithm: string, level: CompareOptions['level']): number =>
    kindOf(
      compare([alice, jwt(algorithm, 'drawn')], [alice, jwt(algorithm, 'drawn again')], { level }),
      'jwt',
    ).changed;
  assert.equal(compared('RS256', 'equivalent'), 0);
  assert.equal(compared('RS256', 'identical'), 1);
  assert.equal(compared('HS256', 'equivalent'), 1);
});

test('diff - a hashed oauth2 secret is salted: another hash is unproven, a plain one changed', () => {
  const app = (client_secret: string, hash_secret: boolean): Entity =>
    entity('oauth2', 'o', { client_id: 'app', client_secret, hash_secret, consumer: { id: 'a1' } });
  const compared = (hashed: boolean, secret: string): KindComparison =>
    kindOf(
      compare([alice, app('one', hashed)], [alice, app(secret, hashed)], { level: 'equivalent' }),
      'oauth2',
    );
  assert.equal(compared(true, 'two').unproven, 1);
  assert.equal(compared(true, 'one').identical, 1);
  assert.equal(compared(false, 'two').changed, 1);
});

test('diff - a plugin that names a consumer which got a new id no longer points to it', () => {
  const plugin = (anonymous: string): Entity =>
    entity('plugins', 'p', { name: 'key-auth', config: { anonymous, hide_credentials: true } });
  const anew = { ...alice, id: 'a2' };
  const stale = kindOf(
    compare([alice, plugin('a1')], [anew, plugin('a1')], { level: 'equivalent' }),
    'plugins',
  );
  assert.deepEqual(stale.differences[0]?.fields, [
    { field: 'config.anonymous', before: 'alice', after: 'a1 (not there)' },
  ]);
  const followed = compare([alice, plugin('a1')], [anew, plugin('a2')], { level: 'equivalent' });
  assert.equal(kindOf(followed, 'plugins').identical, 1);
  const byName = compare([alice, plugin('alice')], [anew, plugin('alice')], { level: 'equivalent' });
  assert.equal(kindOf(byName, 'plugins').identical, 1);
});

const uuid = (n: number): string => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`;

test('diff - an id is what it leads to, wherever it stands, also where nobody said that one would', () => {
  const certificate = (id: string): Entity => entity('certificates', id, { cert: 'c' });
  const plugin = (id: string): Entity =>
    entity('plugins', 'p', {
      name: 'my-plugin',
      config: { tls: { certificate_id: id }, more: [{ id }], n: 1 },
    });
  const thing = (own: string, id: string): Entity =>
    entity('my_things', own, { certificate: { id }, also: [id], note: 'n' });
  const side = (certificateId: string, thingId: string): Entity[] => [
    certificate(certificateId),
    plugin(certificateId),
    thing(thingId, certificateId),
  ];
  const before = side(uuid(1), uuid(10));
  assert.ok(isEqual(compare(before, side(uuid(2), uuid(20)), { level: 'equivalent' })));
  const elsewhere = [...side(uuid(2), uuid(20)), entity('certificates', uuid(3), { cert: 'another' })];
  const moved = elsewhere.map((each) => (each.kind === 'plugins' ? plugin(uuid(3)) : each));
  const found = compare(before, moved, { level: 'equivalent' });
  assert.deepEqual(
    kindOf(found, 'plugins').differences[0]?.fields?.map(({ field }) => field),
    ['config.tls.certificate_id', 'config.more'],
  );
  assert.equal(kindOf(found, 'my_things').identical, 1);
});

test('diff - the same id on both sides is a change where it leads nowhere any more', () => {
  const upstream = entity('upstreams', 'u', { name: 'shop', client_certificate: uuid(1) });
  const sides = [
    entity('certificates', uuid(1), { cert: 'c' }),
    entity('certificates', uuid(2), { cert: 'c' }),
  ];
  const [before, after] = sides.map((certificate) => [certificate, upstream]);
  const found = kindOf(compare(before ?? [], after ?? [], { level: 'equivalent' }), 'upstreams');
  assert.equal(found.changed, 1);
});

test('diff - a field is one of the entity, whatever every object of JavaScript has', () => {
  const thing = (more: JsonObject): Entity => entity('my_things', 't', { name: 'a', ...more });
  for (const name of ['constructor', 'toString', 'hasOwnProperty']) {
    const found = only([thing({})], [thing({ [name]: 'x' })], { level: 'identical' });
    assert.deepEqual([found.changed, found.differences[0]?.fields?.[0]?.field], [1, name]);
  }
});

test('diff - an unknown kind without a name is known by all that it says, where ids do not count', () => {
  const thing = (id: string, note: string): Entity =>
    entity('my_things', id, { note, created_at: Number(id) });
  const found = compare([thing('1', 'a'), thing('2', 'b')], [thing('3', 'b'), thing('4', 'c')], {
    level: 'equivalent',
  });
  assert.deepEqual(
    kindOf(found, 'my_things').differences.map(({ change, id }) => [change, id]),
    [
      ['missing', '1'],
      ['extra', '4'],
    ],
  );
  const named = (id: string, n: number): Entity => entity('my_things', id, { name: 'x', n });
  const renewed = compare([named('1', 1)], [named('2', 2)], { level: 'equivalent' });
  assert.equal(kindOf(renewed, 'my_things').changed, 1);
});

test('diff - an unknown kind that only one of two sources shows is unproven, unless it is left out', () => {
  const thing = entity('my_things', '1', { name: 'x' });
  const database = snapshotOf([alice, thing]);
  const shown = snapshotOf([alice], { source: 'admin-api' });
  for (const [before, after] of [
    [database, shown],
    [shown, database],
  ] as const) {
    const found = compareSnapshots(before, after, { level: 'equivalent' });
    assert.equal(kindOf(found, 'my_things').unproven, 1);
    assert.ok(!isEqual(found));
    assert.ok(isEqual(compareSnapshots(before, after, { level: 'equivalent', ignore: ['my_things.*'] })));
  }
  const both = snapshotOf([alice, thing], { source: 'admin-api' });
  assert.ok(isEqual(compareSnapshots(database, both, { level: 'equivalent' })));
  const lost = compare([alice, thing], [alice], { level: 'equivalent' });
  assert.equal(kindOf(lost, 'my_things').missing, 1);
});

test('diff - what ran out by itself is not lost, what did not is', () => {
  const key = (id: string, expires_at: number): Entity =>
    entity('key-auth', id, { key: id, consumer: { id: 'a1' }, expires_at });
  const before = snapshotOf([alice, key('soon', 1_050), key('later', 1_200)]);
  const after = snapshotOf([alice], { takenAtS: 1_100 });
  const found = kindOf(compareSnapshots(before, after, { level: 'identical' }), 'key-auth');
  assert.deepEqual([found.before, found.missing], [1, 1]);
  const almost = compare([alice, key('k', 2_000)], [alice, key('k', 2_001)], { level: 'identical' });
  assert.equal(kindOf(almost, 'key-auth').identical, 1);
  const prolonged = compare([alice, key('k', 2_000)], [alice, key('k', 2_010)], { level: 'identical' });
  assert.equal(kindOf(prolonged, 'key-auth').changed, 1);
});

test('diff - a kind that could not be read is unproven, never equal and never lost', () => {
  const failed = snapshotOf([], { unread: [{ kind: 'consumers', reason: '500' }] });
  for (const [before, after] of [
    [snapshotOf([alice]), failed],
    [failed, failed],
  ] as const) {
    const found = compareSnapshots(before, after, { level: 'equivalent' });
    assert.equal(kindOf(found, 'consumers').unproven, 1);
    assert.equal(kindOf(found, 'consumers').missing, 0);
    assert.ok(!isEqual(found));
  }
});

test('diff - what belongs to an excluded entity is excluded with it', () => {
  const canary = entity('consumers', 'c', { username: 'canary-run1' });
  const itsKey = entity('key-auth', 'k', { key: 'k', consumer: { id: 'c' } });
  const exclude = ({ fields }: Entity): boolean => fields.username === 'canary-run1';
  assert.ok(isEqual(compare([alice, canary, itsKey], [alice], { level: 'identical', exclude })));
  assert.ok(!isEqual(compare([alice, canary, itsKey], [alice], { level: 'identical' })));
});

test('diff - only what a decK file says is held against Kong', () => {
  const file = snapshotOf(
    [entity('services', 'deck:services:shop', { name: 'shop', host: 'a', retries: 3 })],
    { source: 'deck-file' },
  );
  const kong = (retries: number): Snapshot =>
    snapshotOf(
      [
        entity('services', 's', { name: 'shop', host: 'a', retries, port: 80, created_at: 1 }),
        entity('sessions', 'x', { session_id: 'x' }),
      ],
      { source: 'admin-api' },
    );
  assert.ok(isEqual(compareSnapshots(file, kong(3), { level: 'identical' })));
  const found = compareSnapshots(file, kong(4), { level: 'identical' });
  assert.deepEqual(
    found.map(({ kind, changed }) => [kind, changed]),
    [['services', 1]],
  );
});

test('diff - what the other source cannot hold is left out; a configuration that it can is not', () => {
  const database = snapshotOf([alice, entity('schema_meta', 'm', { key: 'schema_meta' })]);
  const shown = snapshotOf([], { source: 'admin-api' });
  assert.deepEqual(
    compareSnapshots(database, shown, { level: 'identical' }).map(({ kind, missing }) => [kind, missing]),
    [['consumers', 1]],
  );
});

test('diff - only the first differences are spelled out, every one is told', () => {
  const many = Array.from({ length: 30 }, (_, n) => entity('consumers', `c${n}`, { username: `u${n}` }));
  const told: string[] = [];
  const found = compare(many, [], {
    level: 'equivalent',
    firstDifferences: 3,
    onDifference: ({ entity: name }) => told.push(name),
  });
  assert.equal(kindOf(found, 'consumers').missing, 30);
  assert.equal(kindOf(found, 'consumers').differences.length, 3);
  assert.equal(told.length, 30);
});

test('diff - a secret is named by the end of its hash, a certificate by its id', () => {
  const key = entity('key-auth', 'k', {
    key: `hmac:12345678:${'0'.repeat(56)}deadbeef`,
    consumer: { id: 'a1' },
  });
  const certificate = entity('certificates', 'cert-id', { cert: '-----BEGIN CERTIFICATE-----\nMII' });
  const names = compare([alice, key, certificate], [], { level: 'identical' }).flatMap((each) =>
    each.differences.map(({ entity: name }) => name),
  );
  assert.deepEqual(names, ['cert-id', 'alice', 'secret …deadbeef, consumer alice']);
});

function entity(kind: string, id: string, fields: JsonObject): Entity {
  return { kind, id, workspace: 'default', fields };
}

function basic(consumer: string, password: string): Entity {
  return entity('basic-auth', 'b', { username: 'alice', password, consumer: { id: consumer } });
}

function compare(
  before: readonly Entity[],
  after: readonly Entity[],
  options: CompareOptions,
): KindComparison[] {
  return compareSnapshots(snapshotOf(before), snapshotOf(after), options);
}

function only(before: readonly Entity[], after: readonly Entity[], options: CompareOptions): KindComparison {
  return kindOf(compare(before, after, options), before[0]?.kind ?? '');
}

function kindOf(found: readonly KindComparison[], kind: string): KindComparison {
  const comparison = found.find((each) => each.kind === kind);
  assert.ok(comparison, kind);
  return comparison;
}
