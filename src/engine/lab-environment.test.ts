import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Environment } from '../system/environment.js';
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

test('environment - the programs of Postgres and decK are led to the lab', () => {
  const connection = { host: '127.0.0.1', port: 5433, user: 'kong', password: 'p', database: 'lab' };
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
