import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import tls from 'node:tls';
import type { JsonObject } from './json.js';
import { isObject } from './json.js';
import { selfSigned } from './proxy/self-signed.js';
import { TestPostgres } from './testing/postgres.js';
import type { Seen } from './testing/standin.js';
import { send, TestStandin, until } from './testing/standin.js';

describe('proxy - routes, balances and enforces', () => {
  let postgres: TestPostgres;
  let standin: TestStandin;
  const servers: http.Server[] = [];
  const ports: number[] = [];

  before(async () => {
    for (const name of ['one', 'two']) ports.push(await echo(name));
    postgres = await TestPostgres.start();
    standin = await TestStandin.prepare(postgres.port, { KONG_WORKER_STATE_UPDATE_FREQUENCY: '0.1' });
    await standin.run('migrations', 'bootstrap');
    await standin.start();
    await configure();
    await until(async () => (await call('/ready')).status === 200);
    // That was one worker; the next call goes to the other.
    await standin.everyWorkerLooked('/ready');
  });

  after(async () => {
    for (const server of servers) server.close();
    await standin[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
  });

  /** An upstream that answers with what it was asked. */
  async function echo(name: string): Promise<number> {
    const server = http.createServer(({ url, method, headers }, response) => {
      response.setHeader('x-upstream', name);
      response.end(JSON.stringify({ url, method, headers }));
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  async function configure(): Promise<void> {
    await put('/upstreams/ring', {});
    await post('/upstreams/ring/targets', { target: `127.0.0.1:${ports[0]}`, weight: 300 });
    await post('/upstreams/ring/targets', { target: `127.0.0.1:${ports[1]}`, weight: 100 });
    await put('/services/ring', { host: 'ring', path: '/base' });
    await put('/services/one', { host: '127.0.0.1', port: ports[0] ?? 0 });
    await put('/services/nowhere', { host: 'name.invalid' });
    await put('/services/closed', { host: '127.0.0.1', port: 1, retries: 0 });
    await put('/upstreams/empty', {});
    await put('/services/empty', { host: 'empty' });
    await put('/consumers/ann', { custom_id: 'a-1' });
    await post('/consumers/ann/key-auth', { key: 'ann-key' });
    await post('/consumers/ann/basic-auth', { username: 'ann', password: 'secret' });
    await post('/consumers/ann/acls', { group: 'staff' });
    await put('/consumers/guest', {});
    await route('ring', 'ring');
    await route('plain', 'one', { strip_path: false });
    await route('nowhere', 'nowhere');
    await route('closed', 'closed');
    await route('empty', 'empty');
    await put('/routes/nothing', { paths: ['/nothing'] });
    await put('/routes/regex', { paths: ['~/n/(?<id>\\d+)$'], service: { name: 'one' } });
    await put('/routes/longer', { paths: ['/plain/longer'], service: { name: 'ring' } });
    await put('/routes/host', { hosts: ['*.example.com'], paths: ['/plain'], service: { name: 'ring' } });
    await put('/routes/method', { methods: ['DELETE'], paths: ['/plain'], service: { name: 'ring' } });
    await put('/routes/header', {
      headers: { 'x-env': ['dev'] },
      paths: ['/plain'],
      service: { name: 'ring' },
    });
    await put('/routes/secure', { paths: ['/secure'], protocols: ['https'], service: { name: 'one' } });
    await plugins();
    await route('ready', 'one');
  }

  async function plugins(): Promise<void> {
    await locked('key', { name: 'key-auth', config: { hide_credentials: true } });
    await locked('basic', { name: 'basic-auth' });
    const guest = (await standin.ask('GET', '/consumers/guest')).body;
    await locked('guest', {
      name: 'key-auth',
      config: { anonymous: isObject(guest) ? (guest.id ?? null) : null },
    });
    await locked('staff', { name: 'key-auth' });
    await post('/routes/staff/plugins', { name: 'acl', config: { allow: ['staff'] } });
    await locked('barred', { name: 'key-auth' });
    await post('/routes/barred/plugins', { name: 'acl', config: { deny: ['staff'] } });
    await locked('local', { name: 'rate-limiting', config: { hour: 2, policy: 'local' } });
    await locked('cluster', { name: 'rate-limiting', config: { hour: 2, policy: 'cluster' } });
    await locked('over', { name: 'request-termination', config: { status_code: 418, message: 'teapot' } });
    await locked('changed', {
      name: 'response-transformer',
      config: {
        add: { headers: ['x-added:1'], json: ['more:yes'] },
        remove: { headers: ['x-upstream'], json: ['url'] },
      },
    });
    await locked('scoped', { name: 'key-auth' });
    await post('/routes/scoped/plugins', { name: 'request-termination', config: { message: 'everybody' } });
    await post('/consumers/ann/plugins', { name: 'request-termination', enabled: false });
    await post('/plugins', {
      name: 'request-termination',
      consumer: { username: 'ann' },
      route: { name: 'scoped' },
      config: { message: 'ann' },
    });
  }

  const put = (path: string, body: JsonObject): Promise<void> => write('PUT', path, body);
  const post = (path: string, body: JsonObject): Promise<void> => write('POST', path, body);
  const route = (name: string, service: string, more: JsonObject = {}): Promise<void> =>
    put(`/routes/${name}`, { paths: [`/${name}`], service: { name: service }, ...more });

  async function locked(name: string, plugin: JsonObject): Promise<void> {
    await route(name, 'one');
    await post(`/routes/${name}/plugins`, plugin);
  }

  async function write(method: string, path: string, body: JsonObject): Promise<void> {
    const seen = await standin.ask(method, path, body);
    assert.ok(seen.status < 300, `${method} ${path}: ${seen.status} ${JSON.stringify(seen.body)}`);
  }

  const call = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Seen> =>
    send(standin.proxy + path, { headers, method });

  const asked = ({ body }: Seen): JsonObject => (isObject(body) ? body : {});
  const upstreamHeaders = (seen: Seen): JsonObject => {
    const { headers } = asked(seen);
    return isObject(headers) ? headers : {};
  };
  const message = (seen: Seen): unknown => asked(seen).message;

  test('paths - the service path, what is left after the route, and the query', async () => {
    assert.equal(asked(await call('/ring/x?a=1&b=%20')).url, '/base/x?a=1&b=%20');
    assert.equal(asked(await call('/plain/x')).url, '/plain/x');
    assert.equal(asked(await call('/n/12')).url, '/');
    assert.equal((await call('/n/x')).status, 404);
  });

  test('priority - more criteria first, then longer paths', async () => {
    const servedByRing = async (...args: Parameters<typeof call>): Promise<boolean> =>
      JSON.stringify(asked(await call(...args)).url).startsWith('"/base');
    assert.equal(await servedByRing('/plain'), false);
    assert.equal(await servedByRing('/plain/longer'), true);
    assert.equal(await servedByRing('/plain', { host: 'a.example.com' }), true);
    assert.equal(await servedByRing('/plain', {}, 'DELETE'), true);
    assert.equal(await servedByRing('/plain', { 'x-env': 'dev' }), true);
  });

  test('headers - what the upstream learns', async () => {
    const headers = upstreamHeaders(await call('/ring/x', { 'x-forwarded-for': '10.0.0.1', 'x-mine': 'y' }));
    assert.equal(headers['x-forwarded-for'], '10.0.0.1, 127.0.0.1');
    assert.equal(headers['x-forwarded-prefix'], '/ring');
    assert.equal(headers['x-forwarded-path'], '/ring/x');
    assert.equal(headers['x-mine'], 'y');
    assert.equal(headers.via, '1.1 kong/3.9.3');
  });

  test('balancing - by weight', async () => {
    // Connections alternate between the two workers, and each has its own turn.
    const seen = await Promise.all(Array.from({ length: 16 }, () => call('/ring')));
    assert.equal(seen.filter(({ headers }) => headers['x-upstream'] === 'two').length, 4);
  });

  test('failures - as Kong says them', async () => {
    const answers = await Promise.all(
      ['/none', '/nothing', '/nowhere', '/empty', '/closed', '/secure'].map((path) => call(path)),
    );
    assert.deepEqual(
      answers.map((seen) => [seen.status, message(seen)]),
      [
        [404, 'no Route matched with those values'],
        [503, 'no Service found with those values'],
        [503, 'name resolution failed'],
        [503, 'failure to get a peer from the ring-balancer'],
        [502, 'An invalid response was received from the upstream server'],
        [426, 'Please use HTTPS protocol'],
      ],
    );
  });

  test('key-auth - header or query, hidden from the upstream', async () => {
    assert.deepEqual(
      [(await call('/key')).status, message(await call('/key'))],
      [401, 'No API key found in request'],
    );
    assert.equal(message(await call('/key', { apikey: 'wrong' })), 'Unauthorized');
    const seen = await call('/key/x?apikey=ann-key&a=1');
    assert.equal(asked(seen).url, '/x?a=1');
    assert.equal(upstreamHeaders(seen)['x-consumer-username'], 'ann');
    assert.equal(upstreamHeaders(await call('/key', { apikey: 'ann-key' })).apikey, undefined);
  });

  test('basic-auth - password checked against its hash', async () => {
    const basic = (pair: string): Record<string, string> => ({
      authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
    });
    assert.equal((await call('/basic', basic('ann:secret'))).status, 200);
    assert.equal((await call('/basic', basic('ann:wrong'))).status, 401);
    assert.equal((await call('/basic')).headers['www-authenticate'], 'Basic realm="service"');
  });

  test('anonymous - goes on as the consumer that is named', async () => {
    const headers = upstreamHeaders(await call('/guest'));
    assert.equal(headers['x-consumer-username'], 'guest');
    assert.equal(headers['x-anonymous-consumer'], 'true');
  });

  test('acl - allows and denies groups', async () => {
    const key = { apikey: 'ann-key' };
    assert.equal(upstreamHeaders(await call('/staff', key))['x-consumer-groups'], 'staff');
    const barred = await call('/barred', key);
    assert.deepEqual([barred.status, message(barred)], [403, 'You cannot consume this service']);
  });

  test('acl - a PUT by the name of a group concerns that consumer alone', async () => {
    await put('/consumers/guest/acls/staff', {});
    const groups = await Promise.all(
      ['ann', 'guest'].map((name) => standin.ask('GET', `/consumers/${name}/acls/staff`)),
    );
    assert.deepEqual(
      groups.map(({ status }) => status),
      [200, 200],
    );
    const again = await standin.ask('PUT', '/consumers/guest/acls/staff', {});
    assert.equal(asked(again).id, asked(groups[1] ?? again).id);
  });

  for (const policy of ['local', 'cluster']) {
    test(`rate-limiting - policy ${policy}`, async () => {
      await until(async () => (await call(`/${policy}`)).headers['ratelimit-remaining'] === '0');
      const refused = await call(`/${policy}`);
      await until(async () => (await call(`/${policy}`)).status === 429);
      assert.ok(refused.headers['x-ratelimit-limit-hour'] === '2');
      assert.equal(message(await call(`/${policy}`)), 'API rate limit exceeded');
    });
  }

  test('request-termination - status and message; the narrowest scope wins', async () => {
    const over = await call('/over');
    assert.deepEqual([over.status, over.body], [418, { message: 'teapot' }]);
    assert.equal(message(await call('/scoped', { apikey: 'ann-key' })), 'ann');
  });

  test('response-transformer - headers and JSON', async () => {
    const { headers, body } = await call('/changed');
    assert.equal(headers['x-added'], '1');
    assert.equal(headers['x-upstream'], undefined);
    assert.deepEqual(Object.keys(body as JsonObject).sort(), ['headers', 'method', 'more']);
  });

  test('TLS - a certificate of its own for an unknown name, and that of a name which has one', async () => {
    const { cert, key } = selfSigned();
    const made = await standin.ask('POST', '/certificates', { cert, key, snis: ['known.example.com'] });
    assert.equal(made.status, 201);
    const expected = new X509Certificate(cert).fingerprint256;
    assert.notEqual(await fingerprintFor('unknown.example.com'), expected);
    assert.equal(await fingerprintFor('known.example.com'), expected);
  });

  async function fingerprintFor(servername: string): Promise<string> {
    const [host, port] = standin.tls.split(':');
    const socket = tls.connect({ host, port: Number(port), servername, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const { fingerprint256 } = socket.getPeerCertificate();
    socket.destroy();
    return fingerprint256;
  }
});
