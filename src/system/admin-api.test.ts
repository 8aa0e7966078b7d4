import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { adminApi, AdminRefused } from './admin-api.js';
import type { Http } from './http.js';

test('list - the next page is on its way while one is worked on, and never more', async () => {
  const asked: string[] = [];
  const api = adminApi('http://kong.invalid', {}, { send: pages(4, asked) });
  const seen: number[] = [];
  for await (const page of api.list('/services', { size: 1 })) {
    await turn();
    seen.push(...page.map(({ n }) => Number(n)));
    assert.equal(asked.length, Math.min(seen.length + 1, 4));
  }
  assert.deepEqual(seen, [1, 2, 3, 4]);
  assert.equal(asked[1], 'http://kong.invalid/services?size=1&offset=p2');
});

test('list - a page that is refused is an error where it is reached, and none where nobody goes on', async () => {
  const refusing: Http = (call) =>
    call.url.includes('offset') ? Promise.resolve({ status: 500, headers: {}, body: 'no' }) : pages(2)(call);
  const api = adminApi('http://kong.invalid', {}, { send: refusing });
  const seen: unknown[] = [];
  await assert.rejects(async () => {
    for await (const page of api.list('/services')) seen.push(...page);
  }, AdminRefused);
  assert.equal(seen.length, 1);
  for await (const page of api.list('/services')) {
    assert.equal(page.length, 1);
    break;
  }
  await turn();
});

test('list - pages that go in a circle are an error', async () => {
  const body = JSON.stringify({ data: [], offset: 'again' });
  const api = adminApi(
    'http://kong.invalid',
    {},
    {
      send: () => Promise.resolve({ status: 200, headers: {}, body }),
    },
  );
  await assert.rejects(async () => {
    for await (const page of api.list('/services')) assert.deepEqual(page, []);
  }, /go in a circle/);
});

/** A collection of as many pages, with one entity each. */
function pages(count: number, asked: string[] = []): Http {
  return (call) => {
    asked.push(call.url);
    const n = Number(/offset=p(\d+)/.exec(call.url)?.[1] ?? 1);
    const body = JSON.stringify({ data: [{ n }], offset: n < count ? `p${n + 1}` : null });
    return Promise.resolve({ status: 200, headers: {}, body });
  };
}
