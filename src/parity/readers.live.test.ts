import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Entity, JsonObject, Snapshot } from '../model/entity.js';
import { TestPostgres } from '../standin/testing/postgres.js';
import { TestStandin } from '../standin/testing/standin.js';
import { adminApi } from '../system/admin-api.js';
import type { AdminApi } from '../system/admin-api.js';
import { systemClock } from '../system/clock.js';
import { environment } from '../system/environment.js';
import { findProgram, runCommand } from '../system/command.js';
import type { PostgresConnection } from '../system/sql.js';
import { readThroughAdmin } from './admin-reader.js';
import { differing } from '../model/kind-figures.js';
import { compareSnapshots } from './diff.js';
import { readDump } from './dump/dump-reader.js';
import { canonicalJson } from './json.js';
import type { ReadOptions } from './snapshot.js';
import { readThroughSql } from './sql-reader.js';

const options: ReadOptions = { secretKey: 'a key', clock: systemClock() };
let postgres: TestPostgres;
let kong: TestStandin;
let admin: AdminApi;
let connection: PostgresConnection;

before(async () => {
  postgres = await TestPostgres.start();
  kong = await TestStandin.prepare(postgres.port);
  await kong.run('migrations', 'bootstrap');
  await kong.start();
  admin = adminApi(kong.admin);
  connection = { host: '127.0.0.1', port: postgres.port, user: 'kong', password: '', database: 'kong' };
  await configure();
});

after(async () => {
  await kong[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

test('readers - the Admin API and SQL give the same canonical form of every kind that both offer', async () => {
  const [shown, stored] = [await readThroughAdmin(admin, options), await readThroughSql(connection, options)];
  assert.deepEqual(shown.unread, []);
  assert.deepEqual(stored.unread, []);
  const both = (snapshot: Snapshot): string[] => {
    const kinds = new Set(shown.entities.map(({ kind }) => kind));
    return snapshot.entities.filter(({ kind }) => kinds.has(kind)).map(comparable);
  };
  assert.deepEqual(both(shown), both(stored));
  assert.ok(both(shown).length >= 15);
  assertNoDifference(shown, stored);
});

const pgDump = findProgram('pg_dump');
const pgRestore = findProgram('pg_restore');
const hasClientTools = pgDump !== undefined && pgRestore !== undefined;
const skip = hasClientTools || environment().CI ? false : 'no pg_dump and pg_restore on PATH';

test('readers - a dump in any format gives what SQL gives', { skip }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kong-drill-dump-live-'));
  try {
    const stored = await readThroughSql(connection, options);
    for (const format of ['plain', 'custom', 'tar', 'directory']) {
      const path = join(folder, format);
      await dump([`--format=${format}`, `--file=${path}`]);
      const dumped = await readDump(path, { ...options, pgRestore: pgRestore ?? '' });
      assert.deepEqual({ ...dumped, takenAtS: stored.takenAtS }, stored, format);
    }
    const partial = join(folder, 'partial');
    await dump(['--format=custom', '--exclude-table-data=routes', `--file=${partial}`]);
    const { unread } = await readDump(partial, { ...options, pgRestore: pgRestore ?? '' });
    assert.deepEqual(unread, [{ kind: 'routes', reason: 'the dump leaves it out' }]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

async function dump(args: readonly string[]): Promise<void> {
  const { host, port, user, database } = connection;
  const at = [`--host=${host}`, `--port=${port}`, `--username=${user}`, database];
  const result = await runCommand([pgDump ?? '', ...args, ...at], { limitMs: 60_000 });
  assert.ok(result.ok, result.stderr);
}

test('readers - no secret is in a snapshot', async () => {
  for (const snapshot of [
    await readThroughAdmin(admin, options),
    await readThroughSql(connection, options),
  ]) {
    const text = JSON.stringify(snapshot);
    for (const secret of ['key-of-alice', 'hush', 'redis-password', 'user:pass@']) {
      assert.ok(!text.includes(secret), secret);
    }
    assert.match(text, /"key":"hmac:[0-9a-f]{8}:[0-9a-f]{64}"/);
  }
});

test('readers - pages of any size give the same snapshot', async () => {
  const paged: AdminApi = { ...admin, list: (path, more) => admin.list(path, { ...more, size: 2 }) };
  const [whole, pieces] = [await readThroughAdmin(admin, options), await readThroughAdmin(paged, options)];
  assert.deepEqual(pieces.entities.map(comparable), whole.entities.map(comparable));
  assertNoDifference(whole, pieces);
});

test('readers - a table that no row names is read, what may not be read is said, what has expired is gone', async () => {
  await postgres.query(`
    CREATE TABLE my_things (id UUID PRIMARY KEY, service_id UUID REFERENCES services, note TEXT, made TIMESTAMPTZ);
    INSERT INTO my_things SELECT gen_random_uuid(), id, E'two\\nlines \\\\ "quoted"', '2026-01-01Z' FROM services LIMIT 1;
    CREATE TABLE closed (id UUID PRIMARY KEY);
    CREATE ROLE reader LOGIN;
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
    REVOKE SELECT ON closed FROM reader;
    INSERT INTO keyauth_credentials (id, key, consumer_id, ws_id, ttl)
      SELECT gen_random_uuid(), 'long ago', consumer_id, ws_id, now() - interval '1 hour' FROM keyauth_credentials LIMIT 1;`);
  const snapshot = await readThroughSql({ ...connection, user: 'reader' }, options);
  const [thing] = ofKind(snapshot, 'my_things');
  assert.equal(thing?.fields.note, 'two\nlines \\ "quoted"');
  assert.equal(thing.fields.made, 1_767_225_600);
  assert.ok(ofKind(snapshot, 'services').some(({ id }) => id === (thing.fields.service as JsonObject).id));
  assert.deepEqual(
    snapshot.unread.map(({ kind }) => kind),
    ['closed'],
  );
  assert.match(snapshot.unread[0]?.reason ?? '', /permission denied/);
  assert.equal(ofKind(snapshot, 'key-auth').length, 2);
  await postgres.query('DROP TABLE my_things, closed; DELETE FROM keyauth_credentials WHERE ttl < now()');
});

test('readers - a change behind the back of Kong is exactly what the comparison finds', async () => {
  const reference = await readThroughSql(connection, options);
  await postgres.query(`
    UPDATE routes SET paths = '{/elsewhere}' WHERE name = 'open';
    DELETE FROM acls;
    UPDATE targets SET upstream_id = (SELECT id FROM upstreams WHERE name = 'spare');`);
  const now = await readThroughAdmin(admin, options);
  const found = compareSnapshots(reference, now, { level: 'identical' }).flatMap((each) => each.differences);
  assert.deepEqual(
    found.map(({ change, kind, entity, fields }) => [change, kind, entity, fields]),
    [
      [
        're-parented',
        'targets',
        '127.0.0.1:9, upstream shop.local',
        [{ field: 'upstream', before: 'shop.local', after: 'spare' }],
      ],
      ['changed', 'routes', 'open', [{ field: 'paths', before: '["/open"]', after: '["/elsewhere"]' }]],
      ['missing', 'acls', 'buyers, consumer alice', undefined],
    ],
  );
});

test('readers - an Admin API that does not answer is unread, every kind of it', async () => {
  const nobody = adminApi('http://127.0.0.1:1');
  const snapshot = await readThroughAdmin(nobody, options);
  assert.deepEqual(snapshot.entities, []);
  assert.ok(snapshot.unread.some(({ kind }) => kind === 'services'));
  await assert.rejects(readThroughAdmin(nobody, { ...options, signal: AbortSignal.abort() }));
});

/** Times to live are read a moment apart: the comparison allows for that. What only the database knows is left out. */
function comparable({ kind, id, workspace, fields }: Entity): string {
  const rest = Object.fromEntries(
    Object.entries(fields).filter(([name]) => name !== 'cache_key' && name !== 'expires_at'),
  );
  return canonicalJson({ kind, id, workspace, fields: rest });
}

function assertNoDifference(before: Snapshot, after: Snapshot): void {
  for (const comparison of compareSnapshots(before, after, { level: 'identical' })) {
    assert.equal(differing(comparison), 0, JSON.stringify(comparison.differences));
  }
}

function ofKind(snapshot: Snapshot, kind: string): Entity[] {
  return snapshot.entities.filter((entity) => entity.kind === kind);
}

async function configure(): Promise<void> {
  const bodies: readonly [path: string, body: JsonObject][] = [
    ['/services', { name: 'shop', url: 'http://127.0.0.1:9/base', tags: ['b', 'a'] }],
    ['/services', { url: 'http://127.0.0.1:10' }],
    [
      '/services/shop/routes',
      { name: 'open', paths: ['/open'], headers: { 'x-a': ['1', '2'] }, methods: ['GET'] },
    ],
    ['/routes', { paths: ['~/re/\\d+$'], hosts: ['a.test'] }],
    ['/upstreams', { name: 'shop.local' }],
    ['/upstreams', { name: 'spare' }],
    ['/upstreams/shop.local/targets', { target: '127.0.0.1:9', weight: 7 }],
    ['/consumers', { username: 'alice', custom_id: 'a-1' }],
    ['/consumers/alice/key-auth', { key: 'key-of-alice' }],
    ['/consumers/alice/key-auth', { key: 'key-of-alice-for-a-while', ttl: 5_000 }],
    ['/consumers/alice/basic-auth', { username: 'alice', password: 'hush' }],
    ['/consumers/alice/hmac-auth', { username: 'alice', secret: 'hush' }],
    ['/consumers/alice/jwt', { key: 'alice', secret: 'hush' }],
    [
      '/consumers/alice/oauth2',
      { name: 'app', client_id: 'id', client_secret: 'hush', redirect_uris: ['http://a.test/'] },
    ],
    ['/consumers/alice/acls', { group: 'buyers' }],
    ['/services/shop/plugins', { name: 'key-auth' }],
    ['/plugins', { name: 'rate-limiting', config: { minute: 5, redis: { password: 'redis-password' } } }],
    [
      '/routes/open/plugins',
      { name: 'http-log', config: { http_endpoint: 'http://user:pass@127.0.0.1/log' } },
    ],
    ['/vaults', { name: 'env', prefix: 'my-env', config: { prefix: 'DEMO_' } }],
    ['/key-sets', { name: 'set' }],
  ];
  for (const [path, body] of bodies) {
    const answer = await admin.call('POST', path, body);
    assert.equal(answer.status, 201, `${path}: ${answer.text}`);
  }
}
