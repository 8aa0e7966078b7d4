import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { JsonObject } from './json.js';
import { isObject } from './json.js';
import { NameServer } from './testing/name-server.js';
import { TestPostgres } from './testing/postgres.js';
import type { Exchange } from './testing/recordings.js';
import { exchangesOf, hasRecordings, recordingsFolder } from './testing/recordings.js';
import type { Seen } from './testing/standin.js';
import { send, TestStandin, until } from './testing/standin.js';

const skip = hasRecordings() || process.env.CI ? false : `no ${recordingsFolder} beside the project`;

describe('outage - a running Kong without its database', () => {
  let postgres: TestPostgres;
  let standin: TestStandin;
  const echo = http.createServer((_, response) => response.end('{}'));

  before(async () => {
    postgres = await TestPostgres.start();
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
  });

  after(async () => {
    echo.close();
    await postgres[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    standin = await TestStandin.prepare(postgres.port, {
      KONG_DB_UPDATE_FREQUENCY: '0.2',
      KONG_WORKER_STATE_UPDATE_FREQUENCY: '0.2',
    });
    await freshDatabase();
    await standin.start();
    await configure();
  });

  afterEach(async () => {
    await standin[Symbol.asyncDispose]();
    postgres.signalAll('SIGCONT');
    await postgres.stop();
    await postgres.resume();
  });

  async function freshDatabase(): Promise<void> {
    await postgres.query('DROP DATABASE IF EXISTS kong WITH (FORCE)', 'postgres');
    await postgres.query('CREATE DATABASE kong', 'postgres');
    assert.equal((await standin.run('migrations', 'bootstrap')).code, 0);
  }

  /** What the recorded Kong had: /r1 with keys (k1 used before), /r2 open, /r3 limited through the database. */
  async function configure(): Promise<void> {
    const address = echo.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    await write('PUT', '/services/s1', { host: '127.0.0.1', port });
    for (const name of ['r1', 'r2', 'r3']) {
      await write('PUT', `/routes/${name}`, { paths: [`/${name}`], service: { name: 's1' } });
    }
    await write('POST', '/routes/r1/plugins', { name: 'key-auth' });
    const config = { minute: 1000, policy: 'cluster' };
    await write('POST', '/routes/r3/plugins', { name: 'rate-limiting', config });
    for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      await write('PUT', `/consumers/c${number}`, {});
      await write('POST', `/consumers/c${number}/key-auth`, { key: `k${number}` });
    }
    await warmUp();
  }

  async function warmUp(): Promise<void> {
    await until(async () => (await standin.call('/r2')).status === 200);
    // Not before key-auth is in force on the worker that is asked: only then is k1 looked up, and remembered.
    await standin.everyWorkerLooked('/r2');
    assert.equal((await standin.call('/r1', 'k1')).status, 200);
  }

  async function write(method: string, path: string, body?: JsonObject): Promise<void> {
    const { status, body: answer } = await standin.ask(method, path, body);
    assert.ok(status < 300, `${method} ${path}: ${status} ${JSON.stringify(answer)}`);
  }

  function replay({ name, request }: Exchange): Promise<Seen> {
    const base = /statuslisten|ready/.test(name)
      ? standin.status
      : name.includes('proxy')
        ? standin.proxy
        : standin.admin;
    const { method, path, headers, body } = request;
    return send(base + path, { method, headers, ...(body !== null && { body: JSON.stringify(body) }) });
  }

  /** Status and message as recorded; the rest of a body is about that Kong. */
  async function agree(folder: string, which = /./): Promise<void> {
    for (const exchange of exchangesOf([folder]).filter(({ name }) => which.test(name))) {
      const seen = await replay(exchange);
      const expected = { status: exchange.response.status, ...about(exchange.response.body) };
      assert.deepEqual({ status: seen.status, ...about(seen.body) }, expected, exchange.name);
    }
  }

  const about = (body: unknown): JsonObject =>
    isObject(body)
      ? { message: body.message ?? null, database: body.database ?? null, data: body.data ?? null }
      : {};

  for (const folder of ['outage-A1-docker-stop-clean', 'outage-A3-refused', 'outage-A4-immediate']) {
    test(`Postgres stopped - answers as recorded in ${folder}`, { skip }, async () => {
      await postgres.stop();
      await agree(folder);
    });
  }

  test('Postgres frozen - answers as recorded, after pg_timeout', { skip }, async () => {
    const timeoutMs = 1500;
    await standin.stop();
    standin.environment.KONG_PG_TIMEOUT = String(timeoutMs);
    await standin.start();
    await warmUp();
    postgres.signalAll('SIGSTOP');
    await agree('outage-A2-paused');
    const began = Date.now();
    assert.equal((await standin.ask('GET', '/services')).status, 500);
    const tookMs = Date.now() - began;
    assert.ok(tookMs >= timeoutMs * 0.9, `${tookMs} ms`);
    assert.equal((await standin.call('/r1', 'k1')).status, 200);
  });

  test('Postgres stopped and started under load - nothing but errors comes of it', async () => {
    for (let round = 0; round < 3; round++) {
      const load = Array.from({ length: 30 }, () => standin.ask('GET', '/services'));
      await postgres.stop();
      const statuses = (await Promise.all(load)).map(({ status }) => status);
      assert.ok(statuses.every((status) => status === 200 || status === 500));
      await postgres.resume();
    }
    assert.equal((await standin.ask('GET', '/services')).status, 200);
  });

  test('Postgres frozen - can be stopped all the same', async () => {
    postgres.signalAll('SIGSTOP');
    assert.equal(await standin.stop(), 0);
  });

  test('Postgres back on the same address - no restart is needed', async () => {
    await postgres.stop();
    assert.equal((await standin.ask('GET', '/services')).status, 500);
    await postgres.resume();
    assert.equal((await standin.ask('GET', '/services')).status, 200);
    await write('PUT', '/routes/new', { paths: ['/new'], service: { name: 's1' } });
    await until(async () => (await standin.call('/new')).status === 200);
  });

  test('reload without a database - fails, and the old workers keep serving', async () => {
    await postgres.stop();
    const { code, output } = await standin.run('reload');
    assert.equal(code, 1);
    assert.match(output, /connection refused/);
    assert.equal((await standin.call('/r2')).status, 200);
    assert.equal((await standin.call('/r1', 'k1')).status, 200);
  });

  test('schema dropped - answers as recorded; reload succeeds and changes nothing', { skip }, async () => {
    await postgres.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await agree('D-schema-dropped');
    const { code, output } = await standin.reload();
    assert.deepEqual([code, output], [0, 'Kong reloaded\n']);
    assert.equal((await standin.ask('GET', '/services')).status, 500);
    assert.equal((await standin.call('/r1', 'k1')).status, 200);
    assert.equal((await standin.call('/r1', 'unknown')).status, 500);
  });

  test('database dropped, then empty - answers as recorded', { skip }, async () => {
    await postgres.query('DROP DATABASE kong WITH (FORCE)', 'postgres');
    await agree('F-drop-restore', /dropped/);
    await postgres.query('CREATE DATABASE kong', 'postgres');
    await agree('F-drop-restore', /emptydb/);
  });

  test('tables truncated - answers as recorded', { skip }, async () => {
    await postgres.query('TRUNCATE services, routes, consumers, plugins, upstreams CASCADE');
    await agree('E-truncated');
  });

  test(
    'database of another installation - lists are empty and writes fail, until reload',
    { skip },
    async () => {
      await postgres.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      await standin.run('migrations', 'bootstrap');
      await postgres.query(
        `INSERT INTO services (id, name, protocol, host, port, enabled, ws_id)
       SELECT '${randomUUID()}', 'o1', 'http', 'h', 80, true, id FROM workspaces`,
      );
      await agree('H-foreign-workspace');
      assert.equal((await standin.call('/r2')).status, 200);
      await standin.reload();
      assert.equal((await standin.ask('GET', '/services/o1')).status, 200);
      await write('PUT', '/services/h2', { host: 'h' });
    },
  );

  test('Postgres back on another address - found by reload only', async () => {
    await using names = await NameServer.start('127.0.0.1');
    await using other = await TestStandin.prepare(postgres.port, {
      KONG_PG_HOST: 'postgres.test',
      KONG_DNS_RESOLVER: names.listen,
    });
    await other.start();
    await postgres.stop();
    await postgres.resume('127.0.0.2');
    names.address = '127.0.0.2';
    assert.equal((await other.ask('GET', '/services')).status, 500);
    assert.equal((await other.reload()).code, 0);
    assert.equal((await other.ask('GET', '/services')).status, 200);
  });
});
