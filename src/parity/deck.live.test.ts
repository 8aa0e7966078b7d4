import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { JsonObject, Snapshot } from '../model/entity.js';
import type { KindComparison } from '../model/journal.js';
import { TestPostgres } from '../standin/testing/postgres.js';
import { TestStandin } from '../standin/testing/standin.js';
import { adminApi } from '../system/admin-api.js';
import { systemClock } from '../system/clock.js';
import { findProgram, runCommand } from '../system/command.js';
import { readThroughAdmin } from './admin-reader.js';
import { readDeckFiles } from './deck-reader.js';
import { differing } from '../model/kind-figures.js';
import { compareSnapshots } from './diff.js';
import { fieldsThatDifferAfter } from './kinds.js';
import type { ReadOptions } from './snapshot.js';

const deck = process.env.KONG_DRILL_DECK ?? findProgram('deck');
const skip = deck === undefined ? 'no decK: put it on PATH, or name it in KONG_DRILL_DECK' : false;
const options: ReadOptions = { secretKey: 'a key', clock: systemClock() };
const ignore = fieldsThatDifferAfter(['deck-sync']);

let postgres: TestPostgres;
let kong: TestStandin;
let folder: string;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'kong-drill-parity-deck-'));
  postgres = await TestPostgres.start();
  kong = await TestStandin.prepare(postgres.port);
  await kong.run('migrations', 'bootstrap');
  await kong.start();
  await configure();
});

after(async () => {
  if (skip) return;
  await kong[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test(
  'decK - dump without ids, wipe, sync: all there, a password that only a login can prove',
  { skip },
  async () => {
    const reference = await read();
    const file = join(folder, 'plain.yaml');
    await restore(file, []);
    const found = compareSnapshots(reference, await read(), { level: 'equivalent', ignore });
    assert.deepEqual(differences(found), []);
    assert.deepEqual(
      found.filter(({ unproven }) => unproven > 0).map(({ kind, unproven }) => [kind, unproven]),
      [['basic-auth', 1]],
    );
    const exact = compareSnapshots(reference, await read(), { level: 'identical', ignore });
    assert.ok(exact.some(({ kind, changed }) => kind === 'services' && changed === 1));
  },
);

test(
  'decK - dump with ids, wipe, sync: nothing differs but the password, which decK has hashed again',
  { skip },
  async () => {
    const reference = await read();
    await restore(join(folder, 'ids.yaml'), ['--with-id']);
    const found = compareSnapshots(reference, await read(), { level: 'identical', ignore });
    assert.deepEqual(differences(found), [['changed', 'basic-auth', 'alice', ['password']]]);
    assert.ok(found.every(({ unproven }) => unproven === 0));
  },
);

test('decK - what a file says is what Kong has; what is gone from Kong is missing', { skip }, async () => {
  const file = join(folder, 'whole.yaml');
  await decK(['dump', '--yes', '-o', file]);
  const saved = await readDeckFiles([file], options);
  assert.deepEqual(differences(compareSnapshots(saved, await read(), { level: 'equivalent' })), []);
  await adminApi(kong.admin).call('DELETE', '/consumers/alice/acls/buyers');
  assert.deepEqual(differences(compareSnapshots(saved, await read(), { level: 'equivalent' })), [
    ['missing', 'acls', 'buyers, consumer alice', []],
  ]);
});

function read(): Promise<Snapshot> {
  return readThroughAdmin(adminApi(kong.admin), { ...options, roles: ['configuration'] });
}

function differences(found: readonly KindComparison[]): unknown[] {
  assert.ok(found.length > 5);
  return found
    .filter((each) => differing(each) > 0)
    .flatMap((each) => each.differences)
    .map(({ change, kind, entity, fields = [] }) => [change, kind, entity, fields.map(({ field }) => field)]);
}

async function restore(file: string, dumpFlags: readonly string[]): Promise<void> {
  await decK(['dump', '--yes', '-o', file, ...dumpFlags]);
  await decK(['reset', '--force']);
  assert.equal((await read()).entities.length, 0);
  await decK(['sync', '-s', file]);
}

/** The old command line, which the new decK still understands. */
async function decK(args: readonly string[]): Promise<void> {
  const common = ['--kong-addr', kong.admin, '--analytics=false', '--no-color'];
  const result = await runCommand([deck ?? '', ...args, ...common], { limitMs: 60_000 });
  assert.ok(result.ok, `deck ${args.join(' ')}: ${result.failure}\n${result.stdout}\n${result.stderr}`);
}

async function configure(): Promise<void> {
  const admin = adminApi(kong.admin);
  const bodies: readonly [path: string, body: JsonObject][] = [
    ['/services', { name: 'shop', url: 'http://127.0.0.1:9/base', tags: ['b', 'a'] }],
    ['/services/shop/routes', { name: 'open', paths: ['/open', '~/re/\\d+$'], methods: ['POST', 'GET'] }],
    ['/upstreams', { name: 'shop.local' }],
    ['/upstreams/shop.local/targets', { target: '127.0.0.1:9', weight: 7 }],
    ['/consumers', { username: 'alice', custom_id: 'a-1' }],
    ['/consumers/alice/key-auth', { key: 'key-of-alice' }],
    ['/consumers/alice/basic-auth', { username: 'alice', password: 'hush' }],
    ['/consumers/alice/hmac-auth', { username: 'alice', secret: 'hush' }],
    ['/consumers/alice/jwt', { key: 'alice', secret: 'hush' }],
    ['/consumers/alice/acls', { group: 'buyers' }],
    ['/consumers/alice/plugins', { name: 'rate-limiting', config: { minute: 5 } }],
    ['/services/shop/plugins', { name: 'key-auth' }],
    ['/vaults', { name: 'env', prefix: 'my-env', config: { prefix: 'DEMO_' } }],
  ];
  for (const [path, body] of bodies) {
    const answer = await admin.call('POST', path, body);
    assert.equal(answer.status, 201, `${path}: ${answer.text}`);
  }
}
