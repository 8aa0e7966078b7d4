import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import type { TestContext } from 'node:test';
import { attemptAnswers, attemptEffect } from './probe-attempt.js';
import type { AttemptEnd } from './probe-attempt.js';
import type { EffectStream, ProbeRequest } from './probe-spec.js';

const context = {
  now: () => new Date(0),
  later: (ms: number, act: () => void) => void setTimeout(act, ms / 10),
};
const nonceOf = (request: IncomingMessage) =>
  JSON.stringify({ nonce: request.headers['x-kong-drill-nonce'] });

test('attempt - right only with the status, and the nonce of this very request', async (t) => {
  const url = await serve(t, (request, response) => {
    const answers: Record<string, () => void> = {
      '/right': () => response.end(nonceOf(request)),
      '/other-nonce': () => response.end('{"nonce":"x"}'),
      '/no-json': () => response.end('<html>'),
      '/404': () => response.writeHead(404).end('{"message":"no Route matched with those values"}'),
      '/reset': () => request.socket.resetAndDestroy(),
      '/half': () =>
        response.writeHead(200, { 'content-length': 100 }).write('half', () => request.socket.destroy()),
    };
    answers[request.url ?? '']?.();
  });
  const outcomes = await Promise.all(
    ['/right', '/other-nonce', '/no-json', '/404', '/reset', '/half'].map(
      async (path) =>
        (await answersOf([{ url: url + path, headers: {}, expect: { status: 200, nonce: true } }])).outcome,
    ),
  );
  assert.deepEqual(outcomes, ['right', 'wrong', 'wrong', 'wrong', 'error', 'error']);
});

test('attempt - a route that lets everybody in is as wrong as one that lets nobody in', async (t) => {
  const url = await serve(t, (request, response) => {
    const open = request.url === '/open';
    const shut = request.url === '/shut';
    const known = request.headers.apikey === 'k' && !shut;
    response.writeHead(open || known ? 200 : 401).end(nonceOf(request));
  });
  const both = (path: string): ProbeRequest[] => [
    { url: url + path, headers: {}, expect: { status: 401, nonce: false } },
    {
      url: url + path,
      headers: {},
      show: { kind: 'key-auth', key: 'k' },
      expect: { status: 200, nonce: true },
    },
  ];
  assert.equal((await answersOf(both('/protected'))).outcome, 'right');
  assert.deepEqual(await answersOf(both('/open')), { outcome: 'wrong', seen: '200 instead of 401' });
  assert.deepEqual(await answersOf(both('/shut')), { outcome: 'wrong', seen: '401 instead of 200' });
});

test('attempt - nobody listens', async () => {
  const request: ProbeRequest = {
    url: 'http://127.0.0.1:1/',
    headers: {},
    expect: { status: 200, nonce: false },
  };
  assert.deepEqual(await answersOf([request]), { outcome: 'error', seen: 'ECONNREFUSED' });
});

test('attempt - every uncached probe shows a key of its own', async (t) => {
  const keys = new Set<unknown>();
  const url = await serve(t, (request, response) => {
    keys.add(request.headers.apikey);
    response.writeHead(401).end();
  });
  const request: ProbeRequest = {
    url,
    headers: {},
    show: 'fresh-key',
    expect: { status: 401, nonce: false },
  };
  for (let sent = 0; sent < 3; sent += 1) assert.equal((await answersOf([request])).outcome, 'right');
  assert.equal(keys.size, 3);
});

test('attempt - a config probe waits until its credential takes effect everywhere', async (t) => {
  let key: unknown;
  const asked = [0, 0];
  const url = await serve(t, (request, response) => {
    if (request.method === 'POST') {
      request.on('data', (body: Buffer) => {
        const made = JSON.parse(body.toString()) as { key: string; tags: string[] };
        assert.deepEqual(made.tags, ['kd-r']);
        key = made.key;
        response.writeHead(201).end();
      });
      return;
    }
    const place = request.url === '/second' ? 1 : 0;
    asked[place] = (asked[place] ?? 0) + 1;
    const known = request.headers.apikey === key && asked[place] > 2;
    response.writeHead(known ? 200 : 401).end(nonceOf(request));
  });
  assert.deepEqual(await effectOf(url), { outcome: 'right', seen: '' });
  assert.deepEqual(asked, [3, 3]);
});

test('attempt - a refused creation is wrong at once', async (t) => {
  const url = await serve(t, (_, response) => response.writeHead(500).end());
  assert.deepEqual(await effectOf(url), { outcome: 'wrong', seen: 'creation: 500 instead of 201' });
});

function answersOf(requests: readonly ProbeRequest[]): Promise<AttemptEnd> {
  return new Promise((resolve) => attemptAnswers(requests, context, resolve));
}

function effectOf(url: string): Promise<AttemptEnd> {
  const stream: EffectStream = {
    kind: 'effect',
    stream: { id: 'c', clock: 'config', class: 'config', node: 'n', spacingMs: 1_000, timeoutMs: 5_000 },
    create: { url, headers: {}, keyPrefix: 'kd-r-config-', tag: 'kd-r' },
    seenAt: ['/first', '/second'].map((path) => ({ url: url + path, headers: {} })),
  };
  return new Promise((resolve) => attemptEffect(stream, context, resolve));
}

async function serve(
  t: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
