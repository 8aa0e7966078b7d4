import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../model/entity.js';
import { emptyState } from '../../testing/empty-state.js';
import { candidatesIn } from './route-candidates.js';

const isOurs = ({ tags }: JsonObject) => Array.isArray(tags) && tags.includes('kd-r1');
const route = (name: string, more: JsonObject = {}): JsonObject => ({
  id: name,
  name,
  protocols: ['http'],
  paths: [`/${name}`],
  ...more,
});
const plugin = (name: string, on: string, more: JsonObject = {}): JsonObject => ({
  name,
  route: { id: on },
  config: {},
  ...more,
});

test('route candidates - open and keyed ones, with the header of the key, and the host', () => {
  const { open, keyed } = candidatesIn(
    {
      ...emptyState,
      routes: [
        route('a', { hosts: ['shop.test'] }),
        route('b'),
        route('c'),
        route('ours', { tags: ['kd-r1'] }),
      ],
      plugins: [
        plugin('key-auth', 'b', { config: { key_names: ['x-key'] } }),
        plugin('key-auth', 'c', { config: { key_in_header: false } }),
      ],
    },
    isOurs,
  );
  assert.deepEqual(open, [{ name: 'a', path: '/a', headers: { host: 'shop.test' } }]);
  const host = 'kong-drill.invalid';
  assert.deepEqual(keyed, [{ name: 'b', path: '/b', headers: { host }, keyHeader: 'x-key' }]);
});

test('route candidates - none that asks for more, counts requests, keeps answers, or takes no GET over HTTP', () => {
  const names = ['group', 'twice', 'counted', 'kept', 'post', 'tls'];
  const { open, keyed } = candidatesIn(
    {
      ...emptyState,
      routes: names
        .map((name) => route(name))
        .map((each) => ({
          ...each,
          ...(each.name === 'post' && { methods: ['POST'] }),
          ...(each.name === 'tls' && { protocols: ['https'] }),
        })),
      plugins: [
        ...['group', 'twice', 'counted', 'kept'].map((name) => plugin('key-auth', name)),
        plugin('acl', 'group'),
        plugin('basic-auth', 'twice'),
        plugin('response-ratelimiting', 'counted'),
        plugin('proxy-cache', 'kept'),
      ],
    },
    isOurs,
  );
  assert.deepEqual([open, keyed], [[], []]);
});

test('route candidates - keys of the state, but none that expires or whose consumer is counted', () => {
  const consumer = { id: 'c1' };
  const { keys } = candidatesIn(
    {
      ...emptyState,
      consumers: [{ id: 'c1' }, { id: 'c2' }, { id: 'c3', tags: ['kd-r1'] }],
      plugins: [{ name: 'rate-limiting', consumer: { id: 'c2' }, config: {} }],
      'key-auth': [
        { key: 'good', consumer },
        { key: 'expires', consumer, ttl: 10 },
        { key: 'counted', consumer: { id: 'c2' } },
        { key: 'ours', consumer: { id: 'c3' } },
      ],
    },
    isOurs,
  );
  assert.deepEqual(keys, ['good']);
});
