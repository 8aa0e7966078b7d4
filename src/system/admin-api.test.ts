/** An Admin API that lies: what comes of it is bounded, and told. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { listenLocally } from '../testing/local-server.js';
import { adminApi } from './admin-api.js';
import type { HttpAnswer } from './http.js';

async function listed(answer: (asked: number) => object): Promise<number> {
  let asked = 0;
  const send = (): Promise<HttpAnswer> => {
    asked += 1;
    return Promise.resolve({ status: 200, headers: {}, body: JSON.stringify(answer(asked)) });
  };
  let entities = 0;
  for await (const page of adminApi('http://kong', {}, { send }).list('/services')) entities += page.length;
  return entities;
}

test('admin api - pages in a circle, and empty ones without end, are an error', async () => {
  await assert.rejects(
    listed(() => ({ data: [{}], offset: 'same' })),
    /go in a circle/,
  );
  await assert.rejects(
    listed((asked) => ({ data: [], offset: String(asked) })),
    /1000 pages, and no end of them/,
  );
});

test('admin api - pages that never end are given up by their sum', { timeout: 120_000 }, async () => {
  const big = 'x'.repeat(2 ** 25);
  await assert.rejects(
    listed((asked) => ({ data: [{ big }], offset: String(asked) })),
    /more than 512/,
  );
});

test('admin api - a redirect is not followed, and a trickle ends at the limit', async (context) => {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    if (request.url === '/elsewhere') response.writeHead(302, { location: '/stolen' }).end();
    else {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    }
  });
  const { port, close } = await listenLocally(server);
  context.after(close);
  const url = `http://127.0.0.1:${port}`;
  assert.equal((await adminApi(url).call('GET', '/elsewhere')).status, 302);
  const hasty = adminApi(url, {}, { limitMs: 500 });
  await assert.rejects(hasty.call('GET', '/trickle'), /timeout|aborted/i);
  assert.deepEqual(paths, ['/elsewhere', '/trickle']);
});
