import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Environment } from '../system/environment.js';
import { topologyWith } from '../testing/topology.js';
import {
  deckEnvironment,
  deckTarget,
  labEnvironment,
  postgresVariables,
  userEnvironment,
} from './lab-environment.js';

const runner = {
  PATH: '/usr/bin',
  HOME: '/home/somebody',
  PGHOST: 'production.example.com',
  PGPASSWORD: 'p',
  KONG_PG_HOST: 'production.example.com',
  KONG_ADMIN_URL: 'https://production.example.com',
  KONG_LICENSE_DATA: '{}',
  KONG_DRILL_KONG: 'stand-in',
  KONG_DRILL_SIGNING_KEY: 'pem',
  KONG_DRILL_SNAPSHOT_KEY: 'k',
  DECK_KONG_ADDR: 'https://production.example.com',
  DECK_KONNECT_TOKEN: 't',
  DECK_SHOP_KEY: 'k',
  AWS_SECRET_ACCESS_KEY: 's',
  HTTPS_PROXY: 'http://proxy',
};
const connection = { host: '127.0.0.1', port: 5433, user: 'kong', password: 'p', database: 'lab' };
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

test("environment - the user's commands see the lab in place of another Kong or database, and all else of the user's", () => {
  const node = {
    adminUrl: 'http://127.0.0.1:1',
    proxyUrl: 'http://127.0.0.1:2',
    adminHeaders: { token: 's' },
  };
  const topology = topologyWith({ adminTokenEnvironment: 'AWS_SECRET_ACCESS_KEY' });
  const seen = { topology, postgres: { connection }, kong: [node] };
  const environment: Environment = { ...runner, ...userEnvironment(runner, seen) };
  const { KONG_PG_HOST, DECK_KONNECT_TOKEN, KONG_DRILL_SIGNING_KEY, KONG_DRILL_SNAPSHOT_KEY, ...rest } =
    environment;
  assert.deepEqual([KONG_PG_HOST, DECK_KONNECT_TOKEN], [undefined, undefined]);
  assert.deepEqual([KONG_DRILL_SIGNING_KEY, KONG_DRILL_SNAPSHOT_KEY], [undefined, undefined]);
  assert.deepEqual(rest, {
    PATH: '/usr/bin',
    HOME: '/home/somebody',
    KONG_LICENSE_DATA: '{}',
    KONG_DRILL_KONG: 'stand-in',
    DECK_SHOP_KEY: 'k',
    AWS_SECRET_ACCESS_KEY: 's',
    HTTPS_PROXY: 'http://proxy',
    ...postgresVariables(connection),
    ...deckTarget(node.adminUrl, node.adminHeaders),
    KONG_ADMIN_URL: node.adminUrl,
    KONG_PROXY_URL: node.proxyUrl,
  });
});

test('environment - the programs of Postgres and decK are led to the lab', () => {
  assert.deepEqual(postgresVariables(connection), {
    PGHOST: '127.0.0.1',
    PGPORT: '5433',
    PGUSER: 'kong',
    PGPASSWORD: 'p',
    PGDATABASE: 'lab',
  });
  const plain = { DECK_KONG_ADDR: 'http://127.0.0.1:1', DECK_ANALYTICS: 'false' };
  assert.deepEqual(deckTarget('http://127.0.0.1:1'), plain);
  const headers = { 'kong-admin-token': 't', 'x-lab': '1' };
  assert.deepEqual(deckTarget('http://127.0.0.1:1', headers), {
    ...plain,
    DECK_HEADERS: 'kong-admin-token:t,x-lab:1',
  });
});
