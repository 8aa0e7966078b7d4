import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../model/entity.js';
import { fakeAdmin } from '../../testing/fake-admin.js';
import { emptyState } from '../../testing/empty-state.js';
import { behaviourRequests, timesToMeetAll } from '../behaviour.js';
import { answerInWords } from './answer.js';
import { compareBehaviour } from './compare.js';
import { deriveRequests } from './derive.js';
import { showLogin } from './login.js';
import type { BehaviourRecord, RecordedAnswers } from './record.js';
import { addressOf, effectiveConfig } from './routes.js';
import { sampleOf } from './sample-regex.js';
import type { State } from './state.js';

test('behaviour - enough requests to meet each worker with 99.9 %', () => {
  assert.deepEqual([1, 2, 4, 8, 16].map(timesToMeetAll), [1, 11, 29, 68, 150]);
});

test('behaviour - what each workspace holds is asked, under names that say which', async () => {
  const held: Readonly<Record<string, readonly Json[]>> = {
    '/routes': [{ id: '1', name: 'charge', protocols: ['http'], paths: ['/a'] }],
    '/partners/routes': [{ id: '2', name: 'charge', protocols: ['http'], paths: ['/b'] }],
  };
  const admin = fakeAdmin((_, path) => ({ status: 200, body: { data: held[path] ?? [] } }));
  const workspaces = ['default', 'partners'];
  const requests = await behaviourRequests({ admin, workspaces, secretKey: 'key' });
  assert.deepEqual(
    requests.map(({ name }) => name),
    [
      'route charge: GET http://kong-drill.invalid/a',
      'partners: route charge: GET http://kong-drill.invalid/b',
    ],
  );
});

test('sample of a regular expression - matches it', () => {
  for (const [expression, sample] of [
    ['/re/(?<id>\\d+)$', '/re/1'],
    ['/users/[0-9a-f]{8}/(?:orders|carts)', '/users/aaaaaaaa/orders'],
    ['/a.b\\.c*d+?', '/aab.d'],
    ['/[^/]+/x?', '/a/'],
    ['/(one|two)/[A-Z]', '/one/A'],
  ] as const) {
    assert.equal(sampleOf(expression), sample);
    assert.match(sample, new RegExp(`^${expression}`));
  }
});

test('sample of a regular expression - none where it is not simple, never an endless search', () => {
  for (const expression of ['/(?=x)y', '/(a)\\1', '/[a', '/(a', '*', '/\\p{L}', '/(?i)a']) {
    assert.equal(sampleOf(expression), undefined, expression);
  }
});

test('sample of a regular expression - is always one that matches', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\/[a-c.()|[\]*+?\\d{}1-3-]{0,14}$/), (expression) => {
      const sample = sampleOf(expression);
      if (sample !== undefined) assert.match(sample, new RegExp(`^(?:${expression})`));
    }),
    { numRuns: 2_000 },
  );
});

test('routes - a request for hosts, paths, methods and headers', () => {
  const route = {
    protocols: ['http', 'https'],
    hosts: ['*.shop.test'],
    paths: ['/a b', '/other'],
    methods: ['POST', 'HEAD'],
    headers: { 'x-env': ['dev', 'prod'] },
  };
  assert.deepEqual(addressOf(route), {
    scheme: 'http',
    method: 'HEAD',
    host: 'kong-drill.shop.test',
    path: '/a%20b',
    headers: { 'x-env': 'dev' },
  });
  const secure = addressOf({ protocols: ['https'], snis: ['pay.test'] });
  assert.deepEqual('serverName' in secure ? [secure.scheme, secure.serverName] : secure, [
    'https',
    'pay.test',
  ]);
  for (const unaskable of [
    { protocols: ['tcp'] },
    { protocols: ['http'], paths: ['~/(?=x)'] },
    { protocols: ['http'], sources: [{ ip: '10.0.0.1' }] },
    { protocols: ['http'], expression: 'http.path == "/"' },
  ]) {
    assert.ok('reason' in addressOf(unaskable), JSON.stringify(unaskable));
  }
});

test('routes - the closest plugin counts, and a disabled one or one for a consumer does not', () => {
  const plugin = (more: JsonObject): JsonObject => ({ name: 'key-auth', enabled: true, ...more });
  const state: State = {
    ...emptyState,
    plugins: [
      plugin({ config: { at: 'global' } }),
      plugin({ config: { at: 'service' }, service: { id: 's' } }),
      plugin({ config: { at: 'route' }, route: { id: 'r' } }),
      plugin({ config: { at: 'consumer' }, route: { id: 'r' }, service: { id: 's' }, consumer: { id: 'c' } }),
      plugin({ config: { at: 'disabled' }, route: { id: 'x' }, enabled: false }),
    ],
  };
  const at = (id: string, service: string): unknown =>
    effectiveConfig({ id, service: { id: service } }, 'key-auth', state)?.at;
  assert.deepEqual([at('r', 's'), at('x', 's'), at('x', 'y')], ['route', 'service', 'global']);
  assert.equal(effectiveConfig({ id: 'r' }, 'jwt', state), undefined);
});

test('requests - each key right, wrong and absent, against each group; no secret in a name', () => {
  const state: State = {
    ...emptyState,
    routes: [
      { id: 'r1', name: 'orders', protocols: ['http'], paths: ['/orders'] },
      { id: 'r2', name: 'admin', protocols: ['http'], paths: ['/admin'] },
    ],
    plugins: [
      { name: 'key-auth', enabled: true, config: { key_names: ['x-key'] } },
      { name: 'acl', enabled: true, route: { id: 'r2' }, config: { allow: ['staff'] } },
    ],
    consumers: [{ id: 'c', username: 'alice' }],
    'key-auth': [{ id: 'k', key: 'the-secret-key', consumer: { id: 'c' } }],
    'basic-auth': [{ id: 'b', username: 'al', password: 'hash', consumer: { id: 'c' } }],
  };
  const requests = deriveRequests({
    state,
    known: [],
    passwords: new Map(),
    exclude: () => false,
    secretKey: 'k',
    most: 100,
  });
  const names = requests.map(({ class: className, name }) => `${className}: ${name.replace(/…\w{8}/, '…')}`);
  assert.deepEqual(names, [
    'routes: route orders: GET http://kong-drill.invalid/orders',
    'routes: route admin: GET http://kong-drill.invalid/admin',
    'key-auth: no key-auth on orders',
    'key-auth: key-auth that nobody has on orders',
    'key-auth: no key-auth on admin',
    'key-auth: key-auth that nobody has on admin',
    'key-auth: key-auth … of alice on orders',
    'acls: key-auth … of alice on admin',
    'basic-auth: basic-auth al of alice',
  ]);
  assert.ok(!JSON.stringify(requests.map(({ name }) => name)).includes('the-secret-key'));
  assert.equal(requests.at(-1)?.ask, 'nothing');
});

test('requests - what exceeds the most of a class is listed as not asked', () => {
  const routes = Array.from({ length: 10 }, (_, n) => ({
    id: `${n}`,
    name: `r${n}`,
    protocols: ['http'],
    paths: ['/'],
  }));
  const asked = deriveRequests({
    state: { ...emptyState, routes },
    known: [],
    passwords: new Map(),
    exclude: ({ name }) => name === 'r9',
    secretKey: 'k',
    most: 3,
  });
  assert.equal(asked.length, 9);
  assert.equal(asked.filter(({ ask }) => ask === 'http').length, 3);
});

test('logins - shown as the settings of the plugin ask for', () => {
  const address = { scheme: 'http', method: 'GET', host: 'h', path: '/p', headers: {} } as const;
  const now = new Date('2026-01-01T00:00:00Z');
  const key = { kind: 'key-auth', key: 'k y' } as const;
  assert.deepEqual(showLogin(address, key, { key_names: ['x'] }, now), { ...address, headers: { x: 'k y' } });
  const inQuery = showLogin(address, key, { key_names: ['x'], key_in_header: false }, now);
  assert.equal('path' in inQuery && inQuery.path, '/p?x=k%20y');
  assert.ok('reason' in showLogin(address, key, { key_in_header: false, key_in_query: false }, now));
  const signed = showLogin(
    address,
    { kind: 'hmac-auth', username: 'u', secret: 's' },
    { enforce_headers: ['host'] },
    now,
  );
  assert.match(
    'headers' in signed ? (signed.headers.authorization ?? '') : '',
    /^hmac username="u", .*headers="date host"/,
  );
  const rsa = { kind: 'jwt', key: 'k', secret: 's', algorithm: 'RS256' } as const;
  assert.ok('reason' in showLogin(address, rsa, {}, now));
});

test('answers - say what Kong did, not when or to which request', () => {
  const echo = (nonce: string): string =>
    JSON.stringify({ nonce, host: 'up.test', path: '/a?b=1', headers: { 'x-consumer-username': 'alice' } });
  const headers = { date: 'now', 'x-ratelimit-limit-minute': '5', 'x-ratelimit-remaining-minute': '4' };
  assert.equal(
    answerInWords({ status: 200, headers, body: echo('n') }, 'n'),
    '200, from up.test/a, consumer-username alice, x-ratelimit-limit-minute: 5',
  );
  assert.match(
    answerInWords({ status: 200, headers: {}, body: echo('old') }, 'n'),
    /not the nonce that was sent/,
  );
  const balanced = new Map([['up.test', 'ring']]);
  assert.match(
    answerInWords(
      { status: 200, headers: {}, body: echo('n').replace('up.test', 'up.test:80') },
      'n',
      balanced,
    ),
    /^200, from a target of ring \/a,/,
    'which target it was is chance',
  );
  const own = (id: string): string =>
    answerInWords(
      { status: 404, headers: {}, body: JSON.stringify({ message: 'no Route', request_id: id }) },
      'n',
    );
  assert.equal(own('1'), '404, "no Route"');
  assert.equal(own('1'), own('2'));
  assert.equal(answerInWords({ error: 'ECONNREFUSED' }, 'n'), 'no answer: ECONNREFUSED');
});

test('behaviour comparison - one worker that answers otherwise is a difference', () => {
  const [found] = compareBehaviour(
    record([{ byNode: { 'kong-1': ['200'], 'kong-2': ['200'] } }]),
    record([{ byNode: { 'kong-1': ['200'], 'kong-2': ['200', '404'] } }]),
  );
  assert.deepEqual(found, {
    class: 'routes',
    asked: 1,
    same: 0,
    unproven: 0,
    differences: [{ request: 'r (kong-2)', before: '200', after: '200 | 404' }],
  });
});

test('behaviour comparison - too many requests, no reference, and no answer at all prove nothing', () => {
  const unproven = (before: Partial<RecordedAnswers>, after: Partial<RecordedAnswers>): number | undefined =>
    compareBehaviour(record([before]), record([after]))[0]?.unproven;
  const ok = { byNode: { n: ['200'] } };
  assert.equal(unproven(ok, { byNode: { n: ['limited'] } }), 1);
  assert.equal(unproven({ byNode: { n: ['200', 'limited'] } }, ok), 0);
  assert.equal(
    unproven({ byNode: { n: ['no answer: timeout'] } }, { byNode: { n: ['no answer: timeout'] } }),
    1,
  );
  assert.equal(unproven(ok, { byNode: { n: ['no answer: timeout'] } }), 0);
  assert.equal(unproven({ unproven: 'why' }, { unproven: 'why' }), 1);
  assert.equal(compareBehaviour(record([ok]), record([]))[0]?.unproven, 1);
});

test('behaviour comparison - a password that nobody has is proved by what is stored, or not at all', () => {
  const stored = (hash: string): BehaviourRecord => record([{ unproven: 'nobody has it', stored: hash }]);
  assert.equal(compareBehaviour(stored('a'), stored('a'))[0]?.same, 1);
  const other = compareBehaviour(stored('a'), stored('b'))[0];
  assert.deepEqual([other?.same, other?.unproven, other?.differences], [0, 1, []]);
});

test('behaviour comparison - a login that is refused on its own takes the routes that need its group along', () => {
  const login = { class: 'basic-auth', request: 'alice on open' };
  const group = { class: 'acls', request: 'alice on staff', presumes: login };
  const answers = (alone: string, guarded: string): BehaviourRecord =>
    record([
      { ...login, byNode: { n: [alone] } },
      { ...group, byNode: { n: [guarded] } },
    ]);
  const differing = (after: BehaviourRecord): readonly string[] =>
    compareBehaviour(answers('200', '200'), after).flatMap((found) =>
      found.differences.map(({ request }) => `${found.class}: ${request}`),
    );
  assert.deepEqual(differing(answers('401', '401')), [
    'basic-auth: alice on open (n)',
    'basic-auth: alice on staff (n)',
  ]);
  assert.deepEqual(differing(answers('200', '403')), ['acls: alice on staff (n)']);
});

function record(answers: readonly Partial<RecordedAnswers>[]): BehaviourRecord {
  return {
    secretKeyId: 'k',
    answers: answers.map((each) => ({ class: 'routes', request: 'r', byNode: {}, ...each })),
  };
}
