import assert from 'node:assert/strict';
import { test } from 'node:test';
import { topologyOf } from '../contract/opened.js';
import { kongEnvironment } from './kong.js';

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
