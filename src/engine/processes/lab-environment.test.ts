import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Environment } from '../../system/environment.js';
import { topologyOf } from '../contract/opened.js';
import { accountOf } from './identity.js';
import { kongEnvironment } from './kong.js';
import { deckEnvironment, labEnvironment, userEnvironment } from './lab-environment.js';
import { choosePostgres } from './postgres-installation.js';

const runner = {
  PATH: '/usr/bin',
  HOME: '/home/somebody',
  PGHOST: 'production.example.com',
  PGPASSWORD: 'p',
  KONG_PG_HOST: 'production.example.com',
  KONG_ADMIN_URL: 'https://production.example.com',
  KONG_LICENSE_DATA: '{}',
  KONG_DRILL_KONG: 'stand-in',
  DECK_KONG_ADDR: 'https://production.example.com',
  DECK_KONNECT_TOKEN: 't',
  DECK_SHOP_KEY: 'k',
  AWS_SECRET_ACCESS_KEY: 's',
  HTTPS_PROXY: 'http://proxy',
};
const kept = (environment: Environment) =>
  Object.entries<string | undefined>({ ...runner, ...environment })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name)
    .sort();

test("environment - servers and tools get nothing of the user's but paths and a licence", () => {
  assert.deepEqual(kept(labEnvironment(runner, '/lab')), ['HOME', 'KONG_LICENSE_DATA', 'PATH', 'TMPDIR']);
  assert.equal(labEnvironment(runner, '/lab').HOME, '/lab');
});

test('environment - decK also gets the variables that its files may name', () => {
  const expected = ['DECK_SHOP_KEY', 'HOME', 'KONG_LICENSE_DATA', 'PATH', 'TMPDIR'];
  assert.deepEqual(kept(deckEnvironment(runner, '/lab')), expected);
});

test("environment - the user's commands get all but what names another Kong or database", () => {
  const gone = Object.keys(userEnvironment(runner)).sort();
  assert.deepEqual(gone, [
    'DECK_KONG_ADDR',
    'DECK_KONNECT_TOKEN',
    'KONG_ADMIN_URL',
    'KONG_PG_HOST',
    'PGHOST',
    'PGPASSWORD',
  ]);
});

test('environment - settings of the drill reach Kong, but none that leads it out of the lab', () => {
  const base = topologyOf({ engine: () => assert.fail(), leftovers: () => Promise.resolve([]) });
  const settings = {
    db_update_frequency: 1,
    log_level: 'debug',
    admin_gui_ssl: true,
    dns_resolver: '8.8.8.8',
  };
  const topology = {
    ...base,
    kong: { ...base.kong, settings, environment: { KONG_PG_HOST: 'elsewhere', MINE: '1' } },
  };
  const parts = {
    topology,
    program: { command: ['kong'], version: '3.9.3', kind: 'stand-in' as const },
    ports: { admin: 1, proxy: 2, proxyTls: 3, status: 4 },
    adminHeaders: {},
    environment: {},
    resolver: '127.0.0.1:53',
    hostsFile: '/lab/hosts',
    postgres: () => ({ host: '127.0.0.2', port: 5, user: 'kong', password: 'p', database: 'kong' }),
  };
  const place = { prefix: '/lab/kong-1', version: '3.9' };
  const environment = kongEnvironment(parts, place);
  assert.equal(environment.KONG_DB_UPDATE_FREQUENCY, '1');
  assert.equal(environment.KONG_LOG_LEVEL, 'debug');
  assert.equal(environment.KONG_ADMIN_GUI_SSL, 'on');
  assert.equal(environment.MINE, '1');
  assert.equal(environment.KONG_DNS_RESOLVER, '127.0.0.1:53');
  assert.equal(environment.KONG_PG_HOST, 'postgres.lab');
  assert.equal(environment.KONG_PROXY_LISTEN, '127.0.0.1:2, 127.0.0.1:3 ssl');
  assert.equal(environment.KONG_STANDIN_VERSION, undefined);
  const newer = kongEnvironment(parts, { ...place, version: '3.10' });
  assert.equal(newer.KONG_STANDIN_VERSION, '3.10.0');
  const real = kongEnvironment({ ...parts, program: { ...parts.program, kind: 'binary' } }, place);
  assert.equal(real.KONG_PG_HOST, '127.0.0.2');
});

test('identity - an account is found by its whole name, and is never root', () => {
  const accounts = 'root:x:0:0::/root:/bin/sh\npostgres2:x:7:7::/:\npostgres:x:101:104::/:\nodd:x:-2:-2::/:';
  assert.deepEqual(accountOf('postgres', accounts), { uid: 101, gid: 104 });
  for (const name of ['root', 'odd', 'nobody']) assert.equal(accountOf(name, accounts), undefined);
});

test('installation - the wanted major version, else the newest', () => {
  const found = ['9.6', '16.2', '15.1'].map((version) => ({
    kind: 'binary' as const,
    version,
    binFolder: version,
  }));
  assert.equal(choosePostgres(found, '15')?.version, '15.1');
  assert.equal(choosePostgres(found, '12')?.version, '16.2');
  assert.equal(choosePostgres([], '15'), undefined);
});
