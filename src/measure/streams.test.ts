import assert from 'node:assert/strict';
import test from 'node:test';
import { memoryAdmin } from '../testing/memory-admin.js';
import type { CredentialKind } from './credentials.js';
import { installInstruments, isInstrument, putBackInstruments } from './instruments.js';
import { streamsFor, urlOf } from './streams.js';
import type { StateRoutes } from './streams.js';
import type { ProbeStream } from './probe-spec.js';

const nodes = ['kong-1', 'kong-2'].map((name, place) => ({
  name,
  proxyUrl: `http://127.0.0.1:800${place}/`,
  adminUrl: `http://127.0.0.1:900${place}`,
  adminHeaders: {},
}));
const instruments = await installInstruments({
  admin: memoryAdmin(),
  runId: 'r1',
  echo: { host: '127.0.0.1', port: 1 },
});

test('streams - at 100 ms rare kinds take turns, one stream of each class for each node', () => {
  const streams = streamsFor(instruments, nodes, { spacingMs: 100, timeoutMs: 1_000 });
  assert.deepEqual(
    streams
      .filter(({ stream }) => stream.node === 'kong-2')
      .map(({ stream }) => [stream.class, stream.turns ?? 1]),
    [
      ['open', 1],
      ['key-auth', 1],
      ['basic-auth+hmac-auth+jwt', 3],
      ['uncached', 1],
      ['config', 1],
    ],
  );
});

test('streams - a node is asked at most 100 times a second, however short the spacing', () => {
  for (const spacingMs of [10, 20, 35, 50, 80, 100]) {
    const streams = streamsFor(instruments, nodes, { spacingMs, timeoutMs: 1_000 });
    const perSecond = streams
      .filter(({ stream }) => stream.node === 'kong-1' && stream.clock !== 'config')
      .reduce((sum, probe) => sum + (1_000 / probe.stream.spacingMs) * requestsOf(probe), 0);
    assert.ok(perSecond <= 100, `${spacingMs} ms: ${perSecond}`);
    const classes = streams.flatMap(({ stream }) =>
      stream.clock === 'traffic' ? stream.class.split('+') : [],
    );
    assert.equal(classes.length, 10, 'every class of both nodes is probed');
  }
});

test('streams - a protected route is right only if it refuses and accepts', () => {
  const [, keyAuth] = streamsFor(instruments, nodes, { spacingMs: 100, timeoutMs: 1_000 });
  assert.ok(keyAuth?.kind === 'answers');
  assert.deepEqual(
    keyAuth.rounds[0]?.map(({ expect, show }) => [expect.status, expect.nonce, show !== undefined]),
    [
      [401, false, false],
      [200, true, true],
    ],
  );
});

test('streams - the uncached stream is right only where Kong could ask its database', () => {
  const streams = streamsFor(instruments, nodes, { spacingMs: 100, timeoutMs: 1_000 });
  const uncached = streams.find(({ stream }) => stream.clock === 'uncached');
  assert.ok(uncached?.kind === 'answers');
  assert.deepEqual(
    uncached.rounds[0]?.map(({ expect, show }) => [expect.status, show]),
    [[401, 'fresh-key']],
  );
});

test('streams - a config probe made on one node is looked for on the next as well', () => {
  const config = streamsFor(instruments, nodes, { spacingMs: 100, timeoutMs: 1_000 }).find(
    (probe) => probe.kind === 'effect' && probe.stream.node === 'kong-2',
  );
  assert.ok(config?.kind === 'effect');
  assert.match(config.create.url, /:9001\/consumers\/kd-r1-config\/key-auth$/);
  assert.deepEqual(
    config.seenAt.map(({ url }) => new URL(url).port),
    ['8001', '8000'],
  );
});

test('streams - all that one node is asked where only keys are enforced', () => {
  const [open, keyAuth, uncached, config, ...more] = streamsFor(instruments, nodes.slice(0, 1), {
    spacingMs: 100,
    timeoutMs: 1_000,
    kinds: ['key-auth'],
  });
  const common = { node: 'kong-1', spacingMs: 100, timeoutMs: 1_000 };
  const canary = instruments.canaries.find(({ credential }) => credential.kind === 'key-auth');
  const address = (path: string) => ({ url: `http://127.0.0.1:8000${path}`, headers: {} });
  const unknown = { status: 401, nonce: false };
  assert.deepEqual(open, {
    kind: 'answers',
    stream: { id: 'open@kong-1', clock: 'traffic', class: 'open', ...common },
    rounds: [[{ ...address(instruments.paths.open), expect: { status: 200, nonce: true } }]],
  });
  assert.deepEqual(keyAuth, {
    kind: 'answers',
    stream: { id: 'key-auth@kong-1', clock: 'traffic', class: 'key-auth', ...common },
    rounds: [
      [
        { ...address(instruments.paths['key-auth']), expect: unknown },
        {
          ...address(instruments.paths['key-auth']),
          expect: { status: 200, nonce: true },
          show: canary?.credential,
        },
      ],
    ],
  });
  assert.deepEqual(uncached, {
    kind: 'answers',
    stream: { id: 'uncached@kong-1', clock: 'uncached', class: 'uncached', ...common },
    rounds: [[{ ...address(instruments.paths.uncached), show: 'fresh-key', expect: unknown }]],
  });
  assert.deepEqual(config, {
    kind: 'effect',
    stream: {
      id: 'config@kong-1',
      clock: 'config',
      class: 'config',
      node: 'kong-1',
      spacingMs: 1_000,
      timeoutMs: 5_000,
    },
    create: {
      url: 'http://127.0.0.1:9000/consumers/kd-r1-config/key-auth',
      headers: {},
      keyPrefix: 'kd-r1-config-',
      tag: 'kd-r1',
    },
    seenAt: [address(instruments.paths.config)],
  });
  assert.deepEqual(more, []);
});

test('streams - routes of the state are asked in place of the instruments, as far as there are any', () => {
  const open = { name: 'o', path: '/open', headers: { host: 'shop.test' } };
  const keyed = { name: 'k', path: '/keyed', headers: {}, keyHeader: 'x-key' };
  const asked = (state: StateRoutes) =>
    streamsFor(instruments, nodes.slice(0, 1), { spacingMs: 100, timeoutMs: 1_000, state }).map((probe) => [
      probe.stream.class,
      probe.kind === 'effect'
        ? probe.seenAt
        : probe.rounds
            .flat()
            .map(({ url, headers, keyHeader }) => ({ url, headers, ...(keyHeader && { keyHeader }) })),
    ]);
  const openUrl = { url: 'http://127.0.0.1:8000/open', headers: { host: 'shop.test' } };
  const keyedUrl = { url: 'http://127.0.0.1:8000/keyed', headers: {}, keyHeader: 'x-key' };
  const uncached = ['uncached', [keyedUrl]];
  const config = ['config', [keyedUrl]];
  assert.deepEqual(asked({ open, keyed, key: 'mine' }), [
    ['open', [openUrl]],
    ['key-auth', [keyedUrl, keyedUrl]],
    uncached,
    config,
  ]);
  assert.deepEqual(asked({ keyed }), [uncached, config]);
  assert.deepEqual(asked({ open }), [['open', [openUrl]]]);
  assert.deepEqual(asked({}), []);
});

test('streams - the shorter the spacing, the more classes take turns, until even that takes longer', () => {
  const plan = (spacingMs: number, kinds?: readonly CredentialKind[]) =>
    streamsFor(instruments, nodes.slice(0, 1), { spacingMs, timeoutMs: 1_000, ...(kinds && { kinds }) })
      .filter(({ stream }) => stream.clock === 'traffic')
      .map(({ stream }) => [stream.class, stream.spacingMs]);
  const all = 'key-auth+basic-auth+hmac-auth+jwt';
  assert.deepEqual(plan(106), [
    ['open', 106],
    ['key-auth', 106],
    ['basic-auth', 106],
    ['hmac-auth', 106],
    ['jwt', 106],
  ]);
  assert.deepEqual(plan(100), [
    ['open', 100],
    ['key-auth', 100],
    ['basic-auth+hmac-auth+jwt', 100],
  ]);
  assert.deepEqual(plan(50), [
    ['open', 50],
    [all, 50],
  ]);
  assert.deepEqual(plan(35), [[`open+${all}`, 35]]);
  assert.deepEqual(plan(10), [[`open+${all}`, 32]]);
  assert.deepEqual(plan(50, ['key-auth']), [
    ['open', 50],
    ['key-auth', 50],
  ]);
  assert.deepEqual(plan(20, []), [['open', 22]]);
});

test('streams - only slashes at the end of an address are cut off', () => {
  const [node] = nodes;
  assert.ok(node);
  assert.equal(urlOf({ ...node, proxyUrl: 'http://gate.test//' }, '/a'), 'http://gate.test/a');
});

test('streams - kinds that are not enforced are not probed', () => {
  const streams = streamsFor(instruments, nodes, { spacingMs: 100, timeoutMs: 1_000, kinds: ['key-auth'] });
  assert.ok(!streams.some(({ stream }) => stream.class.includes('jwt')));
});

test('instruments - known by id, tag or natural key of this very run', () => {
  const known = (id: string, fields: Record<string, string | string[]>) =>
    isInstrument({ id, fields }, instruments);
  const [id = ''] = instruments.ids;
  assert.ok(known(id, {}));
  assert.ok(known('x', { tags: ['a', 'kd-r1'] }));
  assert.ok(known('x', { username: 'kd-r1-ledger-3' }));
  assert.ok(!known('x', { username: 'kd-r12-ledger-3' }));
  assert.ok(!known('x', { username: 'my-kd-r1' }));
  assert.ok(!known('x', { host: 'kd-r1' }));
});

function requestsOf(probe: ProbeStream): number {
  return probe.kind === 'answers' ? Math.max(...probe.rounds.map((round) => round.length)) : 0;
}

test('instruments - put back are those that are not there, but no key that was taken away on purpose', async () => {
  const admin = memoryAdmin();
  const back = await putBackInstruments(admin, instruments);
  assert.equal(back.length, instruments.parts.length - instruments.doomedKeys.length);
  assert.ok(![...admin.rows.keys()].some((path) => path.includes('-doomed-')));
  assert.deepEqual(await putBackInstruments(admin, instruments), []);
});
