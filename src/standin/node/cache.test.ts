import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cache } from './cache.js';

test('Cache - loads once, and remembers that there is nothing', async () => {
  const cache = new Cache();
  let loads = 0;
  const load = (): Promise<{ value: undefined }> => {
    loads++;
    return Promise.resolve({ value: undefined });
  };
  await Promise.all([cache.get('a', load), cache.get('a', load)]);
  await cache.get('a', load);
  assert.equal(loads, 1);
});

test('Cache - does not remember what was invalidated while it was loaded', async () => {
  const cache = new Cache();
  const first = cache.get('a', () => Promise.resolve({ value: 'old' }));
  cache.invalidate('a');
  assert.equal(await first, 'old');
  assert.equal(await cache.get('a', () => Promise.resolve({ value: 'new' })), 'new');
});

test('Cache - does not remember a failure', async () => {
  const cache = new Cache();
  await assert.rejects(cache.get('a', () => Promise.reject(new Error('database gone'))));
  assert.equal(await cache.get('a', () => Promise.resolve({ value: 1 })), 1);
});

test('Cache - forgets after the time limit of a value', async () => {
  const cache = new Cache();
  await cache.get('a', () => Promise.resolve({ value: 1, ttlSeconds: 0 }));
  assert.equal(await cache.get('a', () => Promise.resolve({ value: 2 })), 2);
});

test('Cache - a version changes when it is invalidated, and when all is cleared', () => {
  const cache = new Cache();
  const versions = [cache.version('v'), cache.version('v')];
  cache.invalidate('v');
  versions.push(cache.version('v'));
  cache.clear();
  versions.push(cache.version('v'));
  assert.equal(versions[0], versions[1]);
  assert.equal(new Set(versions).size, 3);
});
