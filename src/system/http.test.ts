import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import { listenLocally } from '../testing/local-server.js';
import { httpWith } from './http.js';

test('http - the answer as it is: status, headers, text, and no redirect followed', async () => {
  await serving(
    (request, response) => {
      response.writeHead(301, { location: '/elsewhere', 'x-method': request.method });
      response.end('möved');
    },
    async (url) => {
      const { status, headers, body } = await httpWith()({ url, method: 'DELETE' });
      assert.deepEqual(
        [status, headers['x-method'], headers.location, body],
        [301, 'DELETE', '/elsewhere', 'möved'],
      );
    },
  );
});

test('http - one connection serves request after request', async () => {
  const ports = new Set<number | undefined>();
  await serving(
    (request, response) => {
      ports.add(request.socket.remotePort);
      request.on('data', (chunk: Buffer) => response.write(chunk)).on('end', () => response.end());
    },
    async (url) => {
      const http = httpWith();
      for (const body of ['a', 'b', 'c']) {
        const answer = await http({ url, method: 'POST', body });
        assert.equal(answer.body, body);
      }
    },
  );
  assert.equal(ports.size, 1);
});

test('http - what does not end within its limit, or is not wanted any more, says so', async () => {
  await serving(
    (request, response) => {
      if (request.url === '/headers') response.write('begun');
    },
    async (url) => {
      const http = httpWith();
      for (const path of ['/nothing', '/headers'])
        await assert.rejects(http({ url: `${url}${path}`, limitMs: 100 }), { name: 'TimeoutError' });
      const controller = new AbortController();
      const asked = http({ url: `${url}/nothing`, signal: controller.signal });
      controller.abort(new Error('enough'));
      await assert.rejects(asked, /enough/);
      await assert.rejects(http({ url, signal: controller.signal }), /enough/);
    },
  );
});

test('http - a connection that breaks off in the middle, or is refused, is an error with its code', async () => {
  await serving(
    (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    },
    async (url) => {
      await assert.rejects(httpWith()({ url }), { code: 'ECONNRESET' });
    },
  );
  await assert.rejects(httpWith()({ url: 'http://127.0.0.1:1' }), { code: 'ECONNREFUSED' });
});

async function serving(listener: RequestListener, use: (url: string) => Promise<void>): Promise<void> {
  const server = await listenLocally(createServer(listener));
  try {
    await use(`http://127.0.0.1:${server.port}`);
  } finally {
    await server.close();
  }
}
