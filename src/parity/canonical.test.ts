import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { DrillError } from '../model/drill-error.js';
import type { Entity, Json, JsonObject } from '../model/entity.js';
import { configurations, snapshotOf } from '../testing/configurations.js';
import { canonicalContext, canonicalEntity } from './canonical.js';
import { canonicalJson, sameJson } from './json.js';
import { kindNamed } from './kinds.js';
import { secretHasher } from './secrets.js';
import { readSnapshot, writeSnapshot } from './snapshot-file.js';

const hasher = secretHasher('a key');
const numRuns = Number(process.env.KONG_DRILL_CASES ?? 500);

test('canonical - null is absent, sets are sorted, lists are not', () => {
  const { fields } = canonical('routes', {
    id: 'r',
    name: null,
    hosts: ['b', 'a'],
    methods: ['POST', 'GET'],
    tags: [],
    headers: { 'x-b': ['1'], 'x-a': null },
    snis: [],
    service: { id: 's' },
  });
  assert.deepEqual(fields, {
    hosts: ['b', 'a'],
    methods: ['GET', 'POST'],
    headers: { 'x-b': ['1'] },
    snis: [],
    service: { id: 's' },
  });
});

test('canonical - a record of nothing is absent, as the Admin API and SQL write it differently', () => {
  assert.deepEqual(
    canonical('keys', { id: 'k', kid: '1', pem: { public_key: null, private_key: null } }).fields,
    {
      kid: '1',
    },
  );
  assert.deepEqual(canonical('vaults', { id: 'v', config: {} }).fields, { config: {} });
});

test('canonical - an old spelling is kept once, under its real name', () => {
  const both = { redis_host: 'r', redis: { host: 'r', port: 1 }, minute: 5 };
  const old = { redis_host: 'r', redis_port: 1, minute: 5 };
  const expected = { minute: 5, redis: { host: 'r', port: 1 } };
  for (const config of [both, old, expected]) {
    const { fields } = canonical('plugins', { id: 'p', name: 'rate-limiting', config });
    assert.deepEqual(fields.config, expected);
  }
});

test('canonical - one of many equal values is kept, and never where the same text means something else', () => {
  const context = canonicalContext(hasher, 1_000);
  const configOf = (kind: string, name: string) =>
    canonicalEntity(
      { id: 'p', name, config: { redis_host: 'r', note: 'hush' } },
      kindNamed(kind),
      'default',
      context,
    ).fields.config;
  assert.equal(configOf('plugins', 'rate-limiting'), configOf('plugins', 'rate-limiting'));
  assert.deepEqual(configOf('plugins', 'rate-limiting'), { redis: { host: 'r' }, note: 'hush' });
  assert.deepEqual(configOf('plugins', 'my-own'), { redis_host: 'r', note: 'hush' });
  assert.deepEqual(configOf('vaults', 'rate-limiting'), configOf('plugins', 'rate-limiting'));
  const paths = Array.from({ length: 3_000 }, (_, n) =>
    canonicalEntity({ id: 'r', paths: [`/b-${n}`, '/a'] }, kindNamed('routes'), 'default', context),
  );
  assert.deepEqual(
    paths.map(({ fields }) => fields.paths),
    paths.map((_, n) => [`/b-${n}`, '/a']),
  );
});

test('canonical - a time to live is the moment of expiry', () => {
  assert.deepEqual(canonical('key-auth', { id: 'k', ttl: 60 }).fields, { expires_at: 1_060 });
  assert.deepEqual(canonical('services', { id: 's', ttl: 60 }).fields, { ttl: 60 });
});

test('canonical - secrets are hashed wherever they are, and only they', () => {
  const { fields } = canonical('plugins', {
    id: 'p',
    name: 'my-plugin',
    config: {
      client_secret: ['one', 'two'],
      key_names: ['apikey'],
      hide_credentials: true,
      upstream_url: 'http://user:pass@host/',
      headers: { Authorization: 'Bearer x', Accept: 'a' },
      password: '{vault://env/password}',
    },
  });
  const config = fields.config as JsonObject;
  assert.match(JSON.stringify(config.client_secret), /^\["hmac:\w{8}:\w{64}","hmac:\w{8}:\w{64}"\]$/);
  assert.deepEqual(config.key_names, ['apikey']);
  assert.equal(config.hide_credentials, true);
  assert.match(canonicalJson(config.upstream_url ?? null), /^"hmac:/);
  assert.match(canonicalJson((config.headers as JsonObject).Authorization ?? null), /^"hmac:/);
  assert.equal((config.headers as JsonObject).Accept, 'a');
  assert.equal(config.password, '{vault://env/password}');
});

test('canonical - equal secrets have equal hashes under one key, and other ones under another', () => {
  assert.equal(hasher.hash('s'), secretHasher('a key').hash('s'));
  assert.notEqual(hasher.hash('s'), hasher.hash('t'));
  assert.notEqual(hasher.hash('s'), secretHasher('b key').hash('s'));
  assert.notEqual(hasher.id, secretHasher('b key').id);
  assert.equal(hasher.hash(hasher.hash('s')), hasher.hash('s'));
});

test('canonical - line ends of a certificate do not matter, and its private key is hashed', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----';
  const { fields } = canonical('certificates', {
    id: 'c',
    cert: `${pem.replaceAll('\n', '\r\n')}\r\n`,
    key: '-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n',
    snis: ['derived.test'],
  });
  assert.equal(fields.cert, pem);
  assert.match(fields.key as string, /^hmac:/);
  assert.equal(fields.snis, undefined);
});

test('canonical - a relation without an id is known by what it relates', () => {
  const relation = { consumer_group: { id: 'g' }, consumer: { id: 'c' } };
  assert.equal(canonical('consumer-group-members', relation).id, 'g/c');
});

test('canonical - the canonical form of a canonical form is itself', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('plugins', 'routes', 'key-auth', 'certificates', 'unknown'),
      fc.dictionary(fc.constantFrom('name', 'config', 'tags', 'methods', 'key', 'x', 'ttl'), fc.jsonValue()),
      (kind, raw) => {
        const once = canonical(kind, { ...(raw as JsonObject), id: 'i' });
        const twice = canonical(kind, { ...once.fields, id: 'i' });
        assert.equal(canonicalJson(twice.fields), canonicalJson(once.fields));
      },
    ),
    { numRuns },
  );
});

test('canonical - equal values, and only they, have equal texts', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (a, b) => {
      const [one, other] = [a as Json, b as Json];
      const backwards = reversed(one);
      assert.equal(canonicalJson(backwards), canonicalJson(one));
      assert.ok(sameJson(backwards, one));
      assert.equal(sameJson(one, other), canonicalJson(one) === canonicalJson(other));
    }),
    { numRuns },
  );
});

test('snapshot file - what is written is what is read, and is written the same again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kong-drill-snapshot-'));
  const [one, two] = [join(folder, 'one.ndjson'), join(folder, 'two.ndjson')];
  await fc.assert(
    fc.asyncProperty(configurations, async ({ entities }) => {
      const snapshot = snapshotOf(entities, { unread: [{ kind: 'keys', reason: '403' }] });
      await writeSnapshot(one, snapshot);
      const read = readSnapshot(one);
      assert.deepEqual(read, snapshot);
      await writeSnapshot(two, read);
      assert.deepEqual(await readFile(two), await readFile(one));
    }),
    { numRuns: 30 },
  );
  await rm(folder, { recursive: true });
});

test('snapshot file - one that is cut off, empty or something else is refused, with its place', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kong-drill-snapshot-'));
  const file = join(folder, 'snapshot.ndjson');
  const entity: Entity = { kind: 'consumers', id: 'a', workspace: 'default', fields: {} };
  await writeSnapshot(file, snapshotOf([entity, entity]));
  const lines = (await readFile(file, 'utf8')).split('\n');
  for (const [text, expected] of [
    [lines.slice(0, 2).join('\n'), /expected 2 entities, got 1: the file is cut off/],
    ['', /an empty file/],
    ['{"a":1}', /snapshot\.ndjson:1: expected the header/],
    [
      `${lines[0] ?? ''}\nnonsense\n${lines[1] ?? ''}`,
      /snapshot\.ndjson:2: expected an entity, got nonsense/,
    ],
  ] as const) {
    await writeFile(file, text);
    assert.throws(
      () => readSnapshot(file),
      (error) => error instanceof DrillError && error.code === 'usage' && expected.test(error.message),
      text,
    );
  }
  await rm(folder, { recursive: true });
});

function canonical(kind: string, raw: JsonObject): Entity {
  return canonicalEntity(raw, kindNamed(kind), 'default', canonicalContext(hasher, 1_000));
}

function reversed(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}
