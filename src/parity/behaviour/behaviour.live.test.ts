import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../model/entity.js';
import { selfSigned } from '../../standin/proxy/self-signed.js';
import { freePort } from '../../standin/testing/ports.js';
import { TestPostgres } from '../../standin/testing/postgres.js';
import { TestStandin, until } from '../../standin/testing/standin.js';
import { adminApi } from '../../system/admin-api.js';
import type { AdminApi } from '../../system/admin-api.js';
import { systemClock } from '../../system/clock.js';
import { runCommand } from '../../system/command.js';
import { behaviourRequests, compareBehaviour, recordBehaviour } from '../behaviour.js';
import type {
  BehaviourComparison,
  BehaviourOptions,
  BehaviourRecord,
  BehaviourRequest,
} from '../behaviour.js';

const key = { secretKey: 'a key' };
const stopEcho = new AbortController();
let postgres: TestPostgres;
let kong: TestStandin;
let admin: AdminApi;
let requests: readonly BehaviourRequest[];
let reference: BehaviourRecord;

before(async () => {
  const echoPort = await freePort();
  const echo = fileURLToPath(new URL('../../lab/programs/echo.js', import.meta.url));
  void runCommand([process.execPath, echo], {
    env: { KONG_DRILL_LISTEN: `127.0.0.1:${echoPort}` },
    signal: stopEcho.signal,
  }).catch(() => undefined);
  postgres = await TestPostgres.start();
  const soon = { KONG_WORKER_STATE_UPDATE_FREQUENCY: '0.1', KONG_DB_UPDATE_FREQUENCY: '0.1' };
  kong = await TestStandin.prepare(postgres.port, soon);
  await kong.run('migrations', 'bootstrap');
  await kong.start();
  admin = adminApi(kong.admin);
  await configure(echoPort);
  await until(async () => (await kong.call('/re/1')).status === 200);
  await kong.everyWorkerLooked('/re/1');
  requests = await behaviourRequests({
    admin,
    workspaces: ['default'],
    ...key,
    passwords: new Map([['al', 'right']]),
  });
  reference = await record();
});

after(async () => {
  stopEcho.abort();
  await kong[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

test('behaviour - asked twice of a Kong that nobody touched, it is the same', async () => {
  const found = compareBehaviour(reference, await record());
  assert.deepEqual(
    found.map(({ class: className, asked, same, unproven }) => [className, asked, same, unproven]),
    [
      ['routes', 6, 5, 1],
      ['certificates', 1, 1, 0],
      ['key-auth', 6, 6, 0],
      ['acls', 2, 2, 0],
      // The second password is nobody's: what is stored proves that it is the same.
      ['basic-auth', 4, 4, 0],
    ],
  );
});

test('behaviour - the reference has met what it asked for, and holds no secret', () => {
  const answered = (request: RegExp): unknown =>
    reference.answers.find((answers) => request.test(answers.request))?.byNode['kong-1'];
  assert.match(String(answered(/^route open/)), /^200, from open\.test\/open$/);
  assert.match(String(answered(/^route re/)), /^200, from /);
  assert.match(String(answered(/^key-auth …\w{8} of alice on keyed/)), /^200, .*consumer-username alice/);
  assert.match(String(answered(/^key-auth …\w{8} of bob on staff/)), /^403/);
  assert.match(String(answered(/^basic-auth al of alice/)), /^200/);
  assert.match(String(answered(/^basic-auth that nobody has/)), /^401/);
  assert.match(String(answered(/^certificate for/)), /^certificate \w{16}$/);
  for (const secret of ['key-of', 'right', 'of nobody'])
    assert.ok(!JSON.stringify(reference).includes(secret), secret);
});

test('behaviour - a dead password is seen, where parity cannot tell', async () => {
  await postgres.query(
    `UPDATE basicauth_credentials SET password = 'hash of the hash' WHERE username = 'al'`,
  );
  await admin.call('DELETE', '/cache');
  const found = differing(compareBehaviour(reference, await record()));
  assert.deepEqual(
    found.map(({ class: className, differences }) => [className, differences.length]),
    [['basic-auth', 1]],
  );
  assert.match(found[0]?.differences[0]?.before ?? '', /^200/);
  assert.match(found[0]?.differences[0]?.after ?? '', /^401/);
});

test('behaviour - a group that is gone and a route that answers elsewhere are seen', async () => {
  await admin.call('DELETE', '/consumers/alice/acls/staff');
  await admin.call('PATCH', '/routes/open', { paths: ['/elsewhere'] });
  await admin.call('DELETE', '/cache');
  await kong.everyWorkerLooked('/re/1');
  const found = differing(compareBehaviour(reference, await record()));
  assert.deepEqual(
    found.map(({ class: className, asked, same }) => [className, asked - same]),
    [
      ['routes', 2],
      ['acls', 1],
      ['basic-auth', 1],
    ],
  );
});

test('behaviour - a Kong that is not there answers nothing, and that is a difference', async () => {
  await kong.stop();
  const asked = requests.filter(({ class: className, ask }) => className === 'routes' && ask !== 'nothing');
  const [routes] = differing(compareBehaviour(reference, await record({ requests: asked })));
  assert.match(routes?.differences[0]?.after ?? '', /no answer: ECONNREFUSED/);
});

function record(more: Partial<BehaviourOptions> = {}): Promise<BehaviourRecord> {
  const nodes = [{ name: 'kong-1', proxyUrl: kong.proxy, proxyTlsUrl: `https://${kong.tls}` }];
  const asked = more.requests?.every((request) => request.ask !== 'nothing');
  const stored = asked ? { ...admin, list: () => assert.fail() } : admin;
  return recordBehaviour({
    requests,
    admin: stored,
    workspaces: ['default'],
    nodes,
    workers: 2,
    ...key,
    clock: systemClock(),
    ...more,
  });
}

function differing(found: readonly BehaviourComparison[]): BehaviourComparison[] {
  return found.filter(({ differences }) => differences.length > 0);
}

async function configure(echoPort: number): Promise<void> {
  const service = (name: string, more: JsonObject = {}): [string, JsonObject] => [
    '/services',
    { name, url: `http://127.0.0.1:${echoPort}`, ...more },
  ];
  const route = (name: string, more: JsonObject = {}): [string, JsonObject] => [
    '/services/echo/routes',
    { name, paths: [`/${name}`], strip_path: false, ...more },
  ];
  const plugin = (on: string, name: string, config: JsonObject = {}): [string, JsonObject] => [
    `/routes/${on}/plugins`,
    { name, config },
  ];
  const { cert, key: privateKey } = selfSigned();
  const bodies: readonly [string, JsonObject][] = [
    service('echo'),
    route('open', { hosts: ['open.test'], preserve_host: true }),
    route('re', { paths: ['~/re/\\d+$'] }),
    route('keyed'),
    route('staff'),
    route('basic'),
    route('tokens', { paths: ['~/(?=x)'] }),
    plugin('keyed', 'key-auth'),
    plugin('staff', 'key-auth', { hide_credentials: true }),
    plugin('staff', 'acl', { allow: ['staff'] }),
    plugin('basic', 'basic-auth'),
    ['/consumers', { username: 'alice' }],
    ['/consumers', { username: 'bob' }],
    ['/consumers/alice/key-auth', { key: 'key-of-alice' }],
    ['/consumers/bob/key-auth', { key: 'key-of-bob' }],
    ['/consumers/alice/acls', { group: 'staff' }],
    ['/consumers/alice/basic-auth', { username: 'al', password: 'right' }],
    ['/consumers/alice/basic-auth', { username: 'al2', password: 'of nobody' }],
    ['/certificates', { cert, key: privateKey, snis: ['pay.test'] }],
  ];
  for (const [path, body] of bodies) {
    const answer = await admin.call('POST', path, body);
    assert.equal(answer.status, 201, `${path}: ${answer.text}`);
  }
}
