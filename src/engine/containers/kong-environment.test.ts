import assert from 'node:assert/strict';
import { test } from 'node:test';
import { topologyWith } from '../../testing/topology.js';
import { kongEnvironment } from './kong-environment.js';

const access = { user: 'kong', password: 'secret', database: 'kong' };
const around = { access, resolver: '172.20.0.2', environment: {}, standIn: false };
const oss = topologyWith().kong;

test('kong environment - settings in the words of kong.conf', () => {
  const settings = { db_update_frequency: 5, untrusted_lua: 'off', log_level: 'info', mem_cache_size: '64m' };
  const variables = kongEnvironment({ ...oss, settings, plugins: ['stamp'] }, around);
  assert.equal(variables.KONG_DB_UPDATE_FREQUENCY, '5');
  assert.equal(variables.KONG_UNTRUSTED_LUA, 'off');
  assert.equal(variables.KONG_PLUGINS, 'bundled,stamp');
  assert.equal(kongEnvironment({ ...oss, settings: { a: true, b: false } }, around).KONG_A, 'on');
});

test('kong environment - neither settings nor variables lead out of the lab', () => {
  const settings = { pg_host: 'production.example', dns_resolver: '192.0.2.1', admin_listen: 'off' };
  const environment = { KONG_PG_HOST: 'production.example', KONG_DNS_RESOLVER: '192.0.2.1' };
  const variables = kongEnvironment({ ...oss, settings, environment }, around);
  assert.equal(variables.KONG_PG_HOST, 'postgres');
  assert.equal(variables.KONG_DNS_RESOLVER, '172.20.0.2:53');
  assert.equal(variables.KONG_RESOLVER_ADDRESS, '172.20.0.2:53');
  assert.equal(variables.KONG_ADMIN_LISTEN, '0.0.0.0:8001');
  assert.equal(variables.KONG_ANONYMOUS_REPORTS, 'off');
});
