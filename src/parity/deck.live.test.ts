/**
 * What a real decK brings back: dump, wipe, sync, and the comparison finds exactly what decK is known to lose. On both engines, and
 * on whatever Kong they have: the stand-in, or the real one.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { deckDump, deckReset, deckSync, hasGatewayCommand } from '../engine/deck.js';
import type { EngineName } from '../engine/engine.js';
import type { JsonObject, Snapshot } from '../model/entity.js';
import type { KindComparison } from '../model/journal.js';
import { differing } from '../model/kind-figures.js';
import { selfSigned } from '../standin/proxy/self-signed.js';
import type { CommandResult } from '../system/command.js';
import { systemClock } from '../system/clock.js';
import { enginesToTest, whyNot } from '../testing/engines.js';
import { startLiveLab } from '../testing/live-lab.js';
import type { LiveLab } from '../testing/live-lab.js';
import { readThroughAdmin } from './admin-reader.js';
import { readDeckFiles } from './deck-reader.js';
import { compareSnapshots } from './diff.js';
import { fieldsThatDifferAfter } from './kinds.js';
import type { ReadOptions } from './snapshot.js';

const clock = systemClock();
const options: ReadOptions = { secretKey: 'a key', clock };
const ignore = fieldsThatDifferAfter(['deck-sync']);
const limitMs = 60_000;

for (const engine of enginesToTest()) {
  const missing = await whyNot(engine, { deck: true });
  describe(`decK on ${engine}`, { skip: missing ?? false }, () => testsOn(engine));
}

function testsOn(engine: EngineName): void {
  let live: LiveLab;
  /** What this decK neither dumps nor syncs: key sets, before its `gateway` commands. */
  let unknown: readonly unknown[];

  before(async () => {
    live = await startLiveLab(engine);
    const knowsKeySets = await hasGatewayCommand(live.lab, { limitMs, signal: live.signal() });
    unknown = knowsKeySets ? [] : [['missing', 'key-sets', 'signing', []]];
  });
  after(() => live[Symbol.asyncDispose]());
  beforeEach(async () => {
    await wipe(live);
    await configure(live);
  });

  test('decK - dump without ids, wipe, sync: all there, a password that only a login can prove', async () => {
    const reference = await read(live);
    await restore('plain', false, live);
    const now = await read(live);
    const found = compareSnapshots(reference, now, { level: 'equivalent', ignore });
    assert.deepEqual(differences(found), unknown);
    assert.deepEqual(
      found.filter(({ unproven }) => unproven > 0).map(({ kind, unproven }) => [kind, unproven]),
      [['basic-auth', 1]],
    );
    // Ids are kept only of what has no name to be known by.
    const exact = compareSnapshots(reference, now, { level: 'identical', ignore });
    const kept = exact.filter(({ identical, before: held }) => held > 0 && identical > 0);
    assert.deepEqual(
      kept.map(({ kind, identical }) => [kind, identical]),
      [
        ['certificates', 1],
        ['services', 1],
        ['routes', 1],
      ],
    );
  });

  test('decK - dump with ids, wipe, sync: nothing differs but the password, which decK has hashed again', async () => {
    const reference = await read(live);
    await restore('ids', true, live);
    const found = compareSnapshots(reference, await read(live), { level: 'identical', ignore });
    assert.deepEqual(differences(found), [...unknown, ['changed', 'basic-auth', 'alice', ['password']]]);
    assert.ok(found.every(({ unproven }) => unproven === 0));
  });

  test('decK - times never survive, and nothing else is lost with them', async () => {
    const reference = await read(live);
    await restore('times', true, live, longerThanAllowedFor);
    const found = compareSnapshots(reference, await read(live), { level: 'identical' });
    const fields = new Set(
      found.flatMap((kind) => (kind.changedSets ?? []).flatMap((changed) => changed.fields)),
    );
    assert.deepEqual([...fields].sort(), ['created_at', 'expires_at', 'password', 'updated_at']);
  });

  test('decK - what a file says is what Kong has; what is gone from Kong is missing', async () => {
    const saved = await dumped('whole', live);
    const held = compareSnapshots(saved, await read(live), { level: 'equivalent' });
    assert.deepEqual(differences(held).length, unknown.length);
    await live.admin.call('DELETE', '/consumers/alice/acls/buyers');
    const lacking = compareSnapshots(saved, await read(live), { level: 'equivalent' });
    assert.deepEqual(
      differences(lacking).filter((each) => each[1] !== 'key-sets'),
      [['missing', 'acls', 'buyers, consumer alice', []]],
    );
  });
}

function read({ admin }: LiveLab): Promise<Snapshot> {
  return readThroughAdmin(admin, { ...options, roles: ['configuration'] });
}

function differences(found: readonly KindComparison[]): [string, string, string, string[]][] {
  assert.ok(found.length > 5);
  return found
    .filter((each) => differing(each) > 0)
    .flatMap((each) => each.differences)
    .map(({ change, kind, entity, fields = [] }) => [change, kind, entity, fields.map(({ field }) => field)]);
}

/**
 * A time to live begins anew with the sync: after this long it ends too late by more than a comparison allows for. And Kong's times are
 * whole seconds: what is made within the same one is as old.
 */
const longerThanAllowedFor = 4_000;

async function restore(name: string, withIds: boolean, live: LiveLab, pauseMs = 0): Promise<void> {
  const file = join(live.folder, `${name}.yaml`);
  const call = { limitMs, signal: live.signal() };
  ended(await deckDump(live.lab, file, { ...call, withIds }));
  await wipe(live);
  await clock.sleep(pauseMs);
  ended(await deckSync(live.lab, [file], call));
}

async function dumped(name: string, live: LiveLab): Promise<Snapshot> {
  const file = join(live.folder, `${name}.yaml`);
  ended(await deckDump(live.lab, file, { limitMs, signal: live.signal(), withIds: false }));
  return readDeckFiles([file], options);
}

/** What decK knows, by decK; the rest through the Admin API. */
async function wipe(live: LiveLab): Promise<void> {
  ended(await deckReset(live.lab, { limitMs, signal: live.signal() }));
  await live.admin.call('DELETE', '/key-sets/signing');
  assert.deepEqual((await read(live)).entities, []);
}

function ended(result: CommandResult): void {
  assert.ok(result.ok, `${result.command.join(' ')}: ${result.failure}\n${result.stdout}\n${result.stderr}`);
}

async function configure({ admin }: LiveLab): Promise<void> {
  const { cert, key } = selfSigned();
  const bodies: readonly [path: string, body: JsonObject][] = [
    ['/services', { name: 'shop', url: 'http://127.0.0.1:9/base', tags: ['b', 'a'] }],
    ['/services', { url: 'http://127.0.0.1:10' }],
    ['/services/shop/routes', { name: 'open', paths: ['/open', '~/re/\\d+$'], methods: ['POST', 'GET'] }],
    ['/services/shop/routes', { paths: ['/nameless'] }],
    ['/upstreams', { name: 'shop.local' }],
    ['/upstreams/shop.local/targets', { target: '127.0.0.1:9', weight: 7 }],
    ['/certificates', { cert, key, snis: ['shop.test'] }],
    ['/consumers', { username: 'alice', custom_id: 'a-1' }],
    ['/consumers/alice/key-auth', { key: 'key-of-alice' }],
    ['/consumers/alice/key-auth', { key: 'key-for-a-while', ttl: 5_000 }],
    ['/consumers/alice/basic-auth', { username: 'alice', password: 'hush' }],
    ['/consumers/alice/hmac-auth', { username: 'alice', secret: 'hush' }],
    ['/consumers/alice/jwt', { key: 'alice', secret: 'hush' }],
    ['/consumers/alice/acls', { group: 'buyers' }],
    ['/consumers/alice/plugins', { name: 'rate-limiting', config: { minute: 5 } }],
    ['/services/shop/plugins', { name: 'key-auth' }],
    ['/vaults', { name: 'env', prefix: 'my-env', config: { prefix: 'DEMO_' } }],
    ['/key-sets', { name: 'signing' }],
  ];
  for (const [path, body] of bodies) {
    const answer = await admin.call('POST', path, body);
    assert.equal(answer.status, 201, `${path}: ${answer.text}`);
  }
}
