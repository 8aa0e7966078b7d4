import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:http';
import http from 'node:http';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { JsonObject } from './json.js';
import { TestPostgres } from './testing/postgres.js';
import { TestStandin, until } from './testing/standin.js';

/** Short, so that the tests need not wait long. */
const periodSeconds = 0.2;

const hasClientTools = ['pg_dump', 'pg_restore'].every((tool) => spawnSync(tool, ['--version']).status === 0);
const skip = hasClientTools || process.env.CI ? false : 'no pg_dump and pg_restore on PATH';

describe('cache - what a running Kong does not notice', () => {
  let postgres: TestPostgres;
  let echo: Server;
  let standin: TestStandin;
  let service: JsonObject;

  before(async () => {
    postgres = await TestPostgres.start();
    echo = http.createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1');
    await once(echo, 'listening');
  });

  after(async () => {
    echo.close();
    await postgres[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    standin = await TestStandin.prepare(postgres.port, frequencies);
    await standin.run('migrations', 'reset', '--yes');
    assert.equal((await standin.run('migrations', 'bootstrap')).code, 0);
    await standin.start();
    const address = echo.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    service = { host: '127.0.0.1', port };
    await write('PUT', '/services/echo', service);
    await write('PUT', '/routes/open', { paths: ['/open'], service: { name: 'echo' } });
    await write('PUT', '/routes/locked', { paths: ['/locked'], service: { name: 'echo' } });
    await write('POST', '/routes/locked/plugins', { name: 'key-auth' });
    await addKey('old');
    await until(async () => (await status('/open')) === 200);
    await settled();
  });

  afterEach(() => standin[Symbol.asyncDispose]());

  const frequencies = {
    KONG_DB_UPDATE_FREQUENCY: String(periodSeconds),
    KONG_WORKER_STATE_UPDATE_FREQUENCY: String(periodSeconds),
  };

  async function write(method: string, path: string, body?: JsonObject): Promise<void> {
    const { status: code, body: answer } = await standin.ask(method, path, body);
    assert.ok(code < 300, `${method} ${path}: ${code} ${JSON.stringify(answer)}`);
  }

  async function addKey(name: string): Promise<void> {
    await write('PUT', `/consumers/${name}`, {});
    await write('POST', `/consumers/${name}/key-auth`, { key: name });
  }

  const status = async (path: string, key?: string): Promise<number> =>
    (await standin.call(path, key)).status;

  const onBothWorkers = async (path: string, key?: string): Promise<number[]> =>
    (await standin.callEveryWorker(path, key)).map(({ status: code }) => code);

  const settled = (): Promise<void> => standin.everyWorkerLooked('/open');

  function backUp(): string {
    const file = postgres.path('backup.dump');
    postgres.run('pg_dump', [...where(), '-Fc', '-f', file]);
    return file;
  }

  const restore = (file: string): string =>
    postgres.run('pg_restore', [...where(), '--clean', '--if-exists', file]);
  const where = (): string[] => ['-h', '127.0.0.1', '-p', String(postgres.port), '-U', 'kong', '-d', 'kong'];

  const cures: [string, () => Promise<unknown>][] = [
    ['a route write', () => write('PUT', '/routes/another', { paths: ['/another'] })],
    ['a change of a service', () => write('PATCH', '/services/echo', { retries: 3 })],
    ['DELETE /cache', () => write('DELETE', '/cache')],
    ['reload', () => standin.reload()],
  ];

  for (const [name, act] of cures) {
    test(`router - a route that is gone from the database is served until ${name}`, { skip }, async () => {
      const backup = backUp();
      await write('PUT', '/routes/late', { paths: ['/late'], service: { name: 'echo' } });
      await settled();
      assert.deepEqual(await onBothWorkers('/late'), [200, 200]);
      restore(backup);
      assert.equal((await standin.ask('GET', '/routes/late')).status, 404, 'the Admin API notices at once');
      await settled();
      assert.deepEqual(await onBothWorkers('/late'), [200, 200]);
      await act();
      await until(async () => (await onBothWorkers('/late')).every((code) => code === 404));
    });
  }

  const noCures: [string, () => Promise<void>][] = [
    ['a consumer', () => write('PUT', '/consumers/more', {})],
    ['a credential', () => write('POST', '/consumers/old/key-auth', { key: 'second' })],
    [
      'a plugin on a route',
      () => write('POST', '/routes/open/plugins', { name: 'acl', config: { deny: ['x'] }, enabled: false }),
    ],
    ['a global plugin', () => write('POST', '/plugins', { name: 'cors' })],
    ['an upstream', () => write('PUT', '/upstreams/up', {})],
    ['a service without routes', () => write('PUT', '/services/lonely', { host: 'h' })],
  ];

  for (const [name, act] of noCures) {
    test(`router - adding ${name} does not make it notice`, { skip }, async () => {
      const backup = backUp();
      await write('PUT', '/routes/late', { paths: ['/late'], service: { name: 'echo' } });
      await settled();
      assert.deepEqual(await onBothWorkers('/late'), [200, 200]);
      restore(backup);
      await act();
      await settled();
      assert.deepEqual(await onBothWorkers('/late'), [200, 200]);
    });
  }

  test(
    'credentials - a restored key stays refused where it was asked for, until DELETE /cache',
    { skip },
    async () => {
      await addKey('asked');
      await addKey('unasked');
      const backup = backUp();
      await write('DELETE', '/consumers/asked');
      await write('DELETE', '/consumers/unasked');
      assert.equal(await status('/locked', 'asked'), 401);
      restore(backup);
      assert.deepEqual(await onBothWorkers('/locked', 'unasked'), [200, 200]);
      await write('PUT', '/routes/another', { paths: ['/another'] });
      await settled();
      await standin.reload();
      assert.deepEqual(await onBothWorkers('/locked', 'asked'), [401, 401]);
      await write('DELETE', '/cache');
      assert.deepEqual(await onBothWorkers('/locked', 'asked'), [200, 200]);
    },
  );

  test(
    'credentials - a key gone from the database stays accepted where it was used, until a restart',
    { skip },
    async () => {
      const backup = backUp();
      await addKey('used');
      await addKey('unused');
      assert.equal(await status('/locked', 'used'), 200);
      restore(backup);
      assert.deepEqual(await onBothWorkers('/locked', 'unused'), [401, 401]);
      await standin.reload();
      assert.deepEqual(await onBothWorkers('/locked', 'used'), [200, 200]);
      await standin.stop();
      await standin.start();
      assert.deepEqual(await onBothWorkers('/locked', 'used'), [401, 401]);
    },
  );

  test('credentials - a consumer deleted through the Admin API is refused at once', async () => {
    assert.equal(await status('/locked', 'old'), 200);
    await write('DELETE', '/consumers/old');
    assert.deepEqual(await onBothWorkers('/locked', 'old'), [401, 401]);
  });

  test('truncated tables - lists are empty, and the old routes are served until the next route write', async () => {
    await postgres.query('TRUNCATE services, routes, plugins, consumers CASCADE');
    const { body } = await standin.ask('GET', '/routes');
    assert.deepEqual(body, { data: [], next: null });
    await settled();
    assert.equal(await status('/open'), 200);
    await write('POST', '/routes', { paths: ['/new'] });
    await until(async () => (await onBothWorkers('/open')).every((code) => code === 404));
  });

  test('two nodes - a route and a deleted consumer reach the other node through the database', async () => {
    await using other = await (await TestStandin.prepare(postgres.port, frequencies)).start();
    assert.equal((await other.call('/locked', 'old')).status, 200);
    await write('PUT', '/routes/late', { paths: ['/late'], service: { name: 'echo' } });
    await until(async () => (await other.call('/late')).status === 200);
    await write('DELETE', '/consumers/old');
    await until(async () => (await other.call('/locked', 'old')).status === 401);
  });
});
