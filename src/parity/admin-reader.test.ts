import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject, Snapshot } from '../model/entity.js';
import { AdminRefused } from '../system/admin-api.js';
import type { AdminAnswer, AdminApi } from '../system/admin-api.js';
import { differing } from '../model/kind-figures.js';
import { readThroughAdmin } from './admin-reader.js';
import { compareSnapshots } from './diff.js';
import type { ReadOptions } from './snapshot.js';

const options: ReadOptions = {
  secretKey: 'a key',
  clock: { utc: () => new Date(1_000_000) },
};

test('admin reader - workspaces are read each under its name, what belongs to none once', async () => {
  const admin = scripted({
    '/workspaces': [
      { id: 'w1', name: 'default' },
      { id: 'w2', name: 'team a' },
    ],
    '/ca_certificates': [{ id: 'ca', cert: 'x' }],
    '/default/services': [{ id: 's1', name: 'shop' }],
    '/team%20a/services': [{ id: 's2', name: 'shop' }],
  });
  const { entities, takenAtS } = await readThroughAdmin(admin, options);
  assert.deepEqual(
    entities.map(({ kind, id, workspace }) => [kind, id, workspace]),
    [
      ['workspaces', 'w1', ''],
      ['workspaces', 'w2', ''],
      ['ca-certificates', 'ca', ''],
      ['services', 's1', 'default'],
      ['services', 's2', 'team a'],
    ],
  );
  assert.equal(takenAtS, 1_000);
  const chosen = await readThroughAdmin(admin, { ...options, workspaces: ['default'] });
  assert.deepEqual(idsOf(chosen, 'services'), ['s1']);
});

test('admin reader - targets and memberships are read below what they belong to', async () => {
  const admin = scripted({
    '/upstreams': [{ id: 'u', name: 'shop.local' }],
    '/upstreams/u/targets': [{ id: 't', target: '10.0.0.1:80', upstream: { id: 'u' } }],
    '/consumer_groups': [{ id: 'g', name: 'gold' }],
    '/consumer_groups/g/consumers': { consumers: [{ id: 'c', username: 'alice' }] },
  });
  const snapshot = await readThroughAdmin(admin, options);
  assert.deepEqual(idsOf(snapshot, 'targets'), ['t']);
  const [member] = snapshot.entities.filter(({ kind }) => kind === 'consumer-group-members');
  assert.deepEqual(member?.fields, { consumer_group: { id: 'g' }, consumer: { id: 'c' } });
});

test('admin reader - what Enterprise offers is read and known by its natural key, with its secrets hashed', async () => {
  const before = await readThroughAdmin(scripted(enterprise('a', 'hush')), options);
  const after = await readThroughAdmin(scripted(enterprise('b', 'hush')), options);
  const compared = compareSnapshots(before, after, { level: 'equivalent' });
  const offered =
    `consumer-groups partials mtls-auth consumer-group-members rbac-roles rbac-role-endpoints rbac-role-entities
    rbac-users admins groups licenses event-hooks degraphql-routes developers files`.split(/\s+/);
  assert.deepEqual(
    compared.filter(({ kind }) => offered.includes(kind)).map(({ kind, identical }) => [kind, identical]),
    offered.map((name) => [name, 1]),
  );
  assert.ok(compared.every((kind) => differing(kind) === 0));
  assert.ok(!JSON.stringify(before).includes('hush'));

  const other = await readThroughAdmin(scripted(enterprise('a', 'another secret')), options);
  const changed = compareSnapshots(before, other, { level: 'equivalent' }).filter(
    (kind) => differing(kind) > 0,
  );
  assert.deepEqual(
    changed.map(({ kind }) => kind),
    ['rbac-users', 'licenses', 'event-hooks'],
  );
});

test('admin reader - a kind that is not offered is empty, one that is refused is unread with the reason', async () => {
  const snapshot = await readThroughAdmin(scripted({ '/vaults': 403, '/services': [] }), options);
  assert.deepEqual(snapshot.entities, []);
  assert.deepEqual(snapshot.unread, [{ kind: 'vaults', reason: 'GET /vaults: expected 200, got 403 ' }]);
});

test('admin reader - what lies below entities that could not be read is unread too, never empty', async () => {
  const snapshot = await readThroughAdmin(scripted({ '/upstreams': 500, '/services': [] }), options);
  assert.deepEqual(snapshot.unread, [
    { kind: 'upstreams', reason: 'GET /upstreams: expected 200, got 500 ' },
    { kind: 'targets', reason: 'upstreams: GET /upstreams: expected 200, got 500 ' },
  ]);
});

test('admin reader - a collection that no row names is read, what is none is not', async () => {
  const admin = scripted({
    '/endpoints': {
      data: ['/', '/services', '/my-things', '/my-things/{my_things}', '/status', '/cache', '/cache/{key}'],
    },
    '/my-things': [{ id: 'm', password: 'hush', note: 'n' }],
    '/cache': 405,
  });
  const snapshot = await readThroughAdmin(admin, options);
  assert.deepEqual(snapshot.unread, []);
  const [thing] = snapshot.entities;
  assert.deepEqual([thing?.kind, thing?.fields.note], ['my_things', 'n']);
  assert.match(JSON.stringify(thing?.fields.password), /hmac:/);
});

test('admin reader - what Enterprise alone has is asked of a Kong that does not say what it offers, or has it', async () => {
  const enterpriseOnly = ['/licenses', '/rbac/roles', '/partials'];
  const ask = async (script: Script): Promise<string[]> => {
    const asked: string[] = [];
    await readThroughAdmin(scripted(script, asked), options);
    return enterpriseOnly.filter((path) => asked.some((each) => each.endsWith(path)));
  };
  const endpoints = { data: ['/services', '/services/{services}', '/partials', '/partials/{partials}'] };
  assert.deepEqual(await ask({ '/endpoints': endpoints }), ['/partials']);
  assert.deepEqual(await ask({}), enterpriseOnly);
  assert.deepEqual(await ask({ '/endpoints': 403 }), enterpriseOnly);
  const workspaces = [{ id: 'w', name: 'default' }];
  assert.deepEqual(await ask({ '/workspaces': workspaces, '/default/endpoints': endpoints }), enterpriseOnly);
});

test('admin reader - only the wanted roles are asked for', async () => {
  const asked: string[] = [];
  await readThroughAdmin(scripted({}, asked), { ...options, roles: ['configuration'] });
  assert.ok(asked.includes('/services'));
  assert.ok(!asked.includes('/sessions'));
});

test('admin reader - what runs out does so at the same moment, however long the reading took until there', async () => {
  let now = 1_000;
  const admin = scripted({});
  const slow: AdminApi = {
    ...admin,
    async *list(path, more) {
      now += 10;
      if (path.startsWith('/key-auths')) yield [{ id: 'k', key: 'kept', ttl: 5_000 - now }];
      else yield* admin.list(path, more);
    },
  };
  const clock = { utc: () => new Date(now * 1_000) };
  for (let reading = 0; reading < 2; reading += 1) {
    const { entities } = await readThroughAdmin(slow, { ...options, clock, concurrency: 1 });
    assert.deepEqual(
      entities.map(({ kind, fields }) => [kind, fields.expires_at]),
      [['key-auth', 5_000]],
    );
  }
});

test('admin reader - never more requests at once than allowed', async () => {
  let [now, most] = [0, 0];
  const admin = scripted({});
  const counting: AdminApi = {
    ...admin,
    async *list(path, more) {
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      try {
        yield* admin.list(path, more);
      } finally {
        now -= 1;
      }
    },
  };
  await readThroughAdmin(counting, { ...options, concurrency: 3 });
  assert.equal(most, 3);
});

test('admin reader - neither the size of pages nor the order of entities matters', async () => {
  const consumers = Array.from({ length: 20 }, (_, n) => ({ id: `c${n}`, username: `user-${n}` }));
  const whole = await readThroughAdmin(scripted({ '/consumers': consumers }), options);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(consumers, { minLength: 20 }),
      fc.integer({ min: 1, max: 21 }),
      async (order, size) => {
        const paged = scripted({ '/consumers': order }, [], size);
        assert.deepEqual(await readThroughAdmin(paged, options), whole);
      },
    ),
    { numRuns: 100 },
  );
});

/** One entity of each kind that Kong Enterprise adds, with ids that begin with `draw`. */
function enterprise(draw: string, secret: string): Script {
  const entity = (id: string, fields: JsonObject): JsonObject => ({ id: `${draw}-${id}`, ...fields });
  const to = (id: string): JsonObject => ({ id: `${draw}-${id}` });
  const role = `/rbac/roles/${draw}-role`;
  return {
    '/services': [entity('service', { name: 'shop' })],
    '/consumers': [entity('consumer', { username: 'alice' })],
    '/ca_certificates': [entity('ca', { cert: 'x', cert_digest: 'd' })],
    '/consumer_groups': [entity('group', { name: 'gold' })],
    [`/consumer_groups/${draw}-group/consumers`]: { consumers: [entity('consumer', { username: 'alice' })] },
    '/partials': [entity('partial', { name: 'redis', type: 'redis-ee', config: { host: 'r' } })],
    '/mtls-auths': [
      entity('mtls', { subject_name: 'CN=a', ca_certificate: to('ca'), consumer: to('consumer') }),
    ],
    '/rbac/roles': [entity('role', { name: 'reader' })],
    [`${role}/endpoints`]: [
      { endpoint: '/services', workspace: 'default', actions: ['read', 'create'], role: to('role') },
    ],
    [`${role}/entities`]: [{ entity_id: 'everything', actions: ['read'], role: to('role') }],
    '/rbac/users': [entity('user', { name: 'ci', user_token: secret, user_token_ident: secret })],
    '/admins': [entity('admin', { username: 'root', email: 'root@example.org' })],
    '/groups': [entity('people', { name: 'operators' })],
    '/licenses': [entity('license', { payload: secret })],
    '/event-hooks': [
      entity('hook', { source: 'crud', event: 'services', handler: 'webhook', config: { secret, url: 'u' } }),
    ],
    '/degraphql_routes': [entity('query', { uri: '/q', service: to('service'), methods: ['GET'] })],
    '/developers': [entity('developer', { email: 'dev@example.org' })],
    '/files': [entity('page', { path: 'content/index.txt', contents: 'hello' })],
  };
}

type Script = Readonly<Record<string, number | readonly JsonObject[] | JsonObject>>;

/** An Admin API that offers what the script has: entities, a body, or a status; 404 for all else. */
function scripted(script: Script, asked: string[] = [], size = 1000): AdminApi {
  const answerTo = (path: string): AdminAnswer => {
    asked.push(path);
    const found = script[path.replace(/\?.*/, '')] ?? 404;
    if (typeof found === 'number') return { status: found, ok: false, body: null, text: '' };
    const body: Json = Array.isArray(found) ? { data: found as readonly JsonObject[] } : found;
    return { status: 200, ok: true, body, text: '' };
  };
  return {
    url: 'http://kong.invalid',
    call: (_method, path) => Promise.resolve(answerTo(path)),
    async *list(path) {
      const answer = await Promise.resolve(answerTo(path));
      if (answer.status !== 200) throw new AdminRefused(path, answer);
      const { data } = answer.body as { data: JsonObject[] };
      for (let start = 0; start < data.length; start += size) yield data.slice(start, start + size);
    },
  };
}

function idsOf(snapshot: Snapshot, kind: string): string[] {
  return snapshot.entities.filter((entity) => entity.kind === kind).map(({ id }) => id);
}
