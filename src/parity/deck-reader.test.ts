import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DrillError } from '../model/drill-error.js';
import type { Entity, Snapshot } from '../model/entity.js';
import { recordingsFolder, withoutRecordings } from '../testing/recordings.js';
import { readDeckFiles } from './deck-reader.js';
import { differing } from '../model/kind-figures.js';
import { compareSnapshots } from './diff.js';
import type { ReadOptions } from './snapshot.js';

const options: ReadOptions = { secretKey: 'a key', clock: { utc: () => new Date(0) } };
const skip = withoutRecordings;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kong-drill-deck-'));
});
after(() => rm(folder, { recursive: true }));

const shop = `
_format_version: "3.0"
_workspace: team
_info: { select_tags: [shop] }
services:
- name: orders
  url: https://orders.test/v1
  tags: [a]
  routes:
  - name: list
    paths: [/orders]
    plugins: [ { name: key-auth } ]
plugins:
- { name: rate-limiting, service: orders, config: { minute: 5, redis_host: r, redis: { password: "\${{ env \\"P\\" }}" } } }
routes:
- { name: loose, service: { name: orders } }
consumers:
- username: alice
  keyauth_credentials: [ { key: hush } ]
  acls: [ { group: buyers } ]
  groups: [ { name: gold } ]
consumer_groups: [ { name: gold } ]
upstreams:
- { name: u, targets: [ { target: "10.0.0.1:80" } ] }
`;

test('deck reader - a section that no row names is read as what it says, never skipped', async () => {
  const text =
    '_format_version: "3.0"\nmy_things: [{ name: x, note: n, api_key: hush }]\n_plugin_configs: {}\n';
  const { entities } = await read('unknown.yaml', text);
  assert.deepEqual(
    entities.map(({ kind, fields }) => [kind, fields.note]),
    [['my_things', 'n']],
  );
  assert.ok(!JSON.stringify(entities).includes('hush'));
});

test('deck reader - what is nested belongs to what it is nested in, and names are ids', async () => {
  const snapshot = await read('shop.yaml', shop);
  const [orders] = ofKind(snapshot, 'services');
  const [alice] = ofKind(snapshot, 'consumers');
  const [gold] = ofKind(snapshot, 'consumer-groups');
  assert.deepEqual(orders?.fields, {
    name: 'orders',
    protocol: 'https',
    host: 'orders.test',
    port: 443,
    path: '/v1',
    tags: ['a', 'shop'],
  });
  assert.equal(orders.workspace, 'team');
  const service = { id: orders.id };
  assert.deepEqual(
    ofKind(snapshot, 'routes').map(({ fields }) => [fields.name, fields.service]),
    [
      ['list', service],
      ['loose', service],
    ],
  );
  const route = { id: ofKind(snapshot, 'routes')[0]?.id };
  const byName = Object.fromEntries(
    ofKind(snapshot, 'plugins').map(({ fields }) => [fields.name as string, fields]),
  );
  assert.deepEqual(byName['key-auth']?.route, route);
  assert.deepEqual(byName['rate-limiting']?.service, service);
  // What decK takes from the environment is unknown, and left out.
  assert.deepEqual(byName['rate-limiting'].config, { minute: 5, redis: { host: 'r' } });
  assert.deepEqual(ofKind(snapshot, 'acls')[0]?.fields.consumer, { id: alice?.id });
  assert.deepEqual(ofKind(snapshot, 'consumer-group-members')[0]?.fields.consumer_group, { id: gold?.id });
  assert.equal(ofKind(snapshot, 'targets').length, 1);
  assert.ok(!JSON.stringify(snapshot).includes('hush'));
});

test('deck reader - what is not a decK file is refused, with its name', async () => {
  for (const [content, expected] of [
    ['a: [', /x\.yaml: expected a decK file, got /],
    ['services: []', /without `_format_version`/],
    ['just text', /without `_format_version`/],
  ] as const) {
    await assert.rejects(
      read('x.yaml', content),
      (error) => error instanceof DrillError && error.code === 'usage' && expected.test(error.message),
    );
  }
  await assert.rejects(readDeckFiles([join(folder, 'none.yaml')], options), /got nothing/);
});

test(
  'deck reader - every section that a real decK dumps is read, and a dump with ids equals one without',
  { skip },
  async () => {
    const dump = (name: string): Promise<Snapshot> =>
      readDeckFiles([join(recordingsFolder, 'deck-1.65.1', name)], options);
    const [plain, withIds] = [await dump('dump.yaml'), await dump('dumpid.yaml')];
    const kinds = [...new Set(withIds.entities.map(({ kind }) => kind))];
    assert.deepEqual(
      kinds,
      `certificates ca-certificates vaults key-sets consumers keys snis services upstreams targets routes key-auth basic-auth
     hmac-auth jwt acls plugins`.split(/\s+/),
    );
    for (const comparison of compareSnapshots(plain, withIds, { level: 'equivalent' })) {
      assert.equal(differing(comparison), 0, JSON.stringify(comparison));
      assert.equal(comparison.unproven, comparison.kind === 'basic-auth' ? 1 : 0);
    }
    const again = compareSnapshots(withIds, await dump('dumpid.yaml'), { level: 'identical' });
    assert.ok(again.every((each) => each.identical === each.before));
  },
);

async function read(name: string, content: string): Promise<Snapshot> {
  const file = join(folder, name);
  await writeFile(file, content);
  return await readDeckFiles([file], options);
}

function ofKind(snapshot: Snapshot, kind: string): Entity[] {
  return snapshot.entities.filter((entity) => entity.kind === kind);
}
