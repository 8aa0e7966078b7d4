/** The stand-in as Enterprise: what its documentation says, for there are no recordings of a licensed Kong. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { TestPostgres } from './testing/postgres.js';
import type { Seen } from './testing/standin.js';
import { send, TestStandin, until } from './testing/standin.js';

describe('enterprise - token and workspaces', () => {
  let postgres: TestPostgres;
  let standin: TestStandin;

  before(async () => {
    postgres = await TestPostgres.start();
    standin = await TestStandin.prepare(postgres.port, {
      KONG_STANDIN_EDITION: 'enterprise',
      KONG_ENFORCE_RBAC: 'on',
      KONG_PASSWORD: 'let-me-in',
      KONG_WORKER_STATE_UPDATE_FREQUENCY: '0.1',
    });
    assert.equal((await standin.run('migrations', 'bootstrap')).code, 0);
    await standin.start((seen) => seen.status === 401);
  });

  after(async () => {
    await standin[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
  });

  const ask = (method: string, path: string, body?: object): Promise<Seen> =>
    send(standin.admin + path, {
      method,
      headers: { 'kong-admin-token': 'let-me-in', 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
  const made = async (path: string, body: object): Promise<void> =>
    assert.equal((await ask('POST', path, body)).status, 201, path);
  const listed = async (path: string): Promise<unknown[]> => {
    const { body } = await ask('GET', path);
    assert.ok(typeof body === 'object' && Array.isArray(body.data));
    return body.data.map((entity) => (entity as { name: string }).name);
  };

  test('the Admin API asks for the token, and tells its edition', async () => {
    assert.equal((await standin.ask('GET', '/services')).status, 401);
    const { body } = await ask('GET', '/');
    assert.ok(typeof body === 'object');
    assert.deepEqual([body.edition, body.version], ['enterprise', '3.9.0.1']);
  });

  test('workspaces hold entities of the same name apart, on the Admin API and the proxy', async () => {
    await made('/workspaces', { name: 'team' });
    assert.equal((await ask('POST', '/workspaces', { name: 'team' })).status, 409);
    assert.deepEqual((await listed('/workspaces')).sort(), ['default', 'team']);
    for (const [workspace, path] of [
      ['default', '/a'],
      ['team', '/b'],
    ] as const) {
      await made(`/${workspace}/services`, { name: 'shop', url: standin.status });
      await made(`/${workspace}/services/shop/routes`, { name: 'only', paths: [path] });
    }
    await made('/team/plugins', { name: 'key-auth' });
    await made('/team/consumers', { username: 'ann' });
    await made('/team/consumers/ann/key-auth', { key: 'secret' });
    assert.deepEqual([await listed('/services'), await listed('/team/services')], [['shop'], ['shop']]);
    assert.deepEqual([await listed('/plugins'), await listed('/team/plugins')], [[], ['key-auth']]);
    await until(async () => (await standin.call('/b')).status === 401);
    assert.notEqual((await standin.call('/b', 'secret')).status, 401);
    assert.notEqual((await standin.call('/a')).status, 401);
    assert.equal((await ask('GET', '/nobody/services')).status, 404);
  });

  test('a workspace goes once it is empty', async () => {
    await made('/workspaces', { name: 'short' });
    await made('/short/consumers', { username: 'bob' });
    assert.equal((await ask('DELETE', '/workspaces/short')).status, 400);
    assert.equal((await ask('DELETE', '/short/consumers/bob')).status, 204);
    assert.equal((await ask('DELETE', '/workspaces/short')).status, 204);
    assert.equal((await ask('DELETE', '/workspaces/default')).status, 400);
  });
});
