import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import http, { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
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
      '/null': () => response.end('null'),
      '/text': () => response.end('"nonce"'),
      '/404': () => response.writeHead(404).end('{"message":"no Route matched with those values"}'),
      '/reset': () => request.socket.resetAndDestroy(),
      '/half': () =>
        response.writeHead(200, { 'content-length': 100 }).write('half', () => request.socket.destroy()),
    };
    answers[request.url ?? '']?.();
  });
  const expected: Record<string, AttemptEnd> = {
    '/right': { outcome: 'right', seen: '' },
    '/other-nonce': { outcome: 'wrong', seen: "200, but not from the lab's upstream" },
    '/no-json': { outcome: 'wrong', seen: "200, but not from the lab's upstream" },
    '/null': { outcome: 'wrong', seen: "200, but not from the lab's upstream" },
    '/text': { outcome: 'wrong', seen: "200, but not from the lab's upstream" },
    '/404': { outcome: 'wrong', seen: '404 instead of 200' },
    '/reset': { outcome: 'error', seen: 'ECONNRESET' },
    '/half': { outcome: 'error', seen: 'ECONNRESET' },
  };
  for (const [path, outcome] of Object.entries(expected))
    assert.deepEqual(
      await answersOf([{ url: url + path, headers: {}, expect: { status: 200, nonce: true } }]),
      outcome,
      path,
    );
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

test('attempt - each request has a connection of its own, and says that it is the last on it', async (t) => {
  const sockets = new Set<unknown>();
  const said = new Set<unknown>();
  const url = await serve(t, (request, response) => {
    sockets.add(request.socket);
    said.add(request.headers.connection);
    response.end(nonceOf(request));
  });
  const request: ProbeRequest = { url, headers: {}, expect: { status: 200, nonce: true } };
  for (let sent = 0; sent < 3; sent += 1)
    assert.equal((await answersOf([request, request])).outcome, 'right');
  assert.deepEqual([sockets.size, [...said]], [6, ['close']]);
});

test('attempt - nobody listens', async () => {
  const request: ProbeRequest = {
    url: 'http://127.0.0.1:1/',
    headers: {},
    expect: { status: 200, nonce: false },
  };
  assert.deepEqual(await answersOf([request]), { outcome: 'error', seen: 'ECONNREFUSED' });
});

test('attempt - what this machine has no more of says nothing of Kong', async (t) => {
  let code = '';
  t.mock.method(http, 'request', () => {
    const sending = new EventEmitter();
    setImmediate(() => sending.emit('error', Object.assign(new Error('made up'), { code })));
    return Object.assign(sending, { end: () => undefined, destroy: () => undefined });
  });
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  const request: ProbeRequest = {
    url: 'http://gate.test/',
    headers: {},
    expect: { status: 200, nonce: false },
  };
  for (code of ['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM'])
    assert.deepEqual(await answersOf([request]), { outcome: 'local', seen: code });
  code = 'ECONNRESET';
  assert.deepEqual(await answersOf([request]), { outcome: 'error', seen: code });
});

test('attempt - one that is given up says that nothing came, hangs up, and tells no end', async (t) => {
  const happens = new EventEmitter();
  const reached = once(happens, 'reached');
  const closed = once(happens, 'closed');
  const url = await serve(t, (request) => {
    request.socket.once('close', () => happens.emit('closed'));
    happens.emit('reached');
  });
  const ends: AttemptEnd[] = [];
  const expect = { status: 200, nonce: true };
  const attempt = attemptAnswers([{ url, headers: {}, expect }], context, (end) => ends.push(end));
  await reached;
  assert.equal(attempt.lastSeen(), 'no answer');
  attempt.cancel();
  await closed;
  assert.deepEqual(ends, []);
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

test('attempt - a key is shown where the route looks for it', async (t) => {
  const seen: unknown[] = [];
  const url = await serve(t, ({ headers }, response) => {
    seen.push([headers.apikey, headers['x-key']]);
    response.writeHead(401).end();
  });
  const expect = { status: 401, nonce: false };
  const show = { kind: 'key-auth', key: 'k' } as const;
  await answersOf([{ url, headers: {}, keyHeader: 'x-key', show, expect }]);
  assert.deepEqual(seen, [[undefined, 'k']]);
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

test('attempt - a config probe that is given up says how far it came; it asked ever more slowly', async (t) => {
  const said: string[] = [];
  const waits: number[] = [];
  const keys: unknown[] = [];
  const happens = new EventEmitter();
  const given = once(happens, 'given up');
  const url = await serve(t, (request, response) => {
    keys.push(request.headers.apikey);
    if (waits.length === 0) said.push(attempt.lastSeen());
    response.writeHead(request.method === 'POST' ? 201 : 401).end();
  });
  const later = (ms: number, act: () => void) => {
    waits.push(ms);
    if (waits.length > 8) return;
    if (waits.length === 8) {
      said.push(attempt.lastSeen());
      attempt.cancel();
      happens.emit('given up');
    }
    act();
  };
  const attempt = attemptEffect(effectOn(url), { ...context, later }, () => assert.fail('it ended'));
  await given;
  await answersOf([{ url, headers: {}, expect: { status: 401, nonce: false } }]);
  assert.deepEqual(said, [
    'no answer to the creation',
    'created, and not yet asked for',
    'created, then 401 instead of 200',
  ]);
  assert.deepEqual(waits.map(Math.round), [50, 75, 113, 169, 253, 380, 500, 500]);
  assert.equal(keys.pop(), undefined, 'asked after it was given up');
  assert.equal(keys.length, 1 + waits.length, 'none is sent once it is given up');
  assert.match(String(keys.at(-1)), /^kd-r-config-[0-9a-f]{16}$/);
});

test('attempt - a refused creation is wrong at once', async (t) => {
  const url = await serve(t, (_, response) => response.writeHead(500).end());
  assert.deepEqual(await effectOf(url), { outcome: 'wrong', seen: 'creation: 500 instead of 201' });
});

test('attempt - it is right when the last answer is, and not before', async (t) => {
  const happens = new EventEmitter();
  const held = once(happens, 'held') as Promise<ServerResponse[]>;
  const url = await serve(t, (request, response) => {
    if (request.url === '/slow') happens.emit('held', response);
    else response.end(() => setTimeout(() => happens.emit('answered'), 20));
  });
  const answered = once(happens, 'answered');
  const ended = once(happens, 'ended');
  const ends: AttemptEnd[] = [];
  const requests = ['/fast', '/slow'].map((path) => ({
    ...{ url: url + path, headers: {}, expect: { status: 200, nonce: false } },
  }));
  attemptAnswers(requests, context, (end) => happens.emit('ended', ends.push(end)));
  const [slow] = await held;
  await answered;
  assert.deepEqual(ends, []);
  slow?.end();
  await ended;
  assert.deepEqual(ends, [{ outcome: 'right', seen: '' }]);
});

test('attempt - the first answer that is not right ends it, and the others are hung up', async (t) => {
  const happens = new EventEmitter();
  const closed = once(happens, 'closed');
  const held = once(happens, 'held');
  const url = await serve(t, (request, response) => {
    if (request.url === '/slow') {
      request.socket.once('close', () => happens.emit('closed'));
      happens.emit('held');
    } else void held.then(() => response.writeHead(500).end());
  });
  const ends: AttemptEnd[] = [];
  const requests = ['/wrong', '/slow'].map((path) => ({
    ...{ url: url + path, headers: {}, expect: { status: 200, nonce: false } },
  }));
  attemptAnswers(requests, context, (end) => ends.push(end));
  await closed;
  assert.deepEqual(ends, [{ outcome: 'wrong', seen: '500 instead of 200' }]);
});

test('attempt - a request has its own headers, what it shows as of now, and a nonce of its own', async (t) => {
  const heard: IncomingMessage['headers'][] = [];
  const url = await serve(t, (request, response) => {
    heard.push(request.headers);
    response.end();
  });
  const request: ProbeRequest = { url, headers: { host: 'shop' }, expect: { status: 200, nonce: false } };
  const signed = { kind: 'hmac-auth', username: 'u', secret: 's' } as const;
  for (const one of [request, { ...request, show: 'fresh-key' as const }, { ...request, show: signed }])
    assert.equal((await answersOf([one])).outcome, 'right');
  assert.deepEqual(
    heard.map(({ host, date, apikey = 'none' }) => [
      host,
      date,
      String(apikey).replace(/[0-9a-f]{32}$/, '…'),
    ]),
    [
      ['shop', undefined, 'none'],
      ['shop', undefined, 'never-…'],
      ['shop', new Date(0).toUTCString(), 'none'],
    ],
  );
  assert.match(String(heard[2]?.authorization), /^hmac username="u"/);
  const nonces = heard.map((headers) => String(headers['x-kong-drill-nonce']));
  assert.equal(new Set(nonces).size, 3);
  for (const nonce of nonces) assert.match(nonce, /^[0-9a-f]{16}$/);
});

test('attempt - a config probe asks with the headers that each of its requests was given', async (t) => {
  const heard: unknown[] = [];
  const url = await serve(t, (request, response) => {
    heard.push([request.method, request.url, request.headers['x-who']]);
    response.writeHead(request.method === 'POST' ? 201 : 200).end(nonceOf(request));
  });
  const effect = effectOn(url);
  const create = { ...effect.create, url: `${url}/create`, headers: { 'x-who': 'creation' } };
  const seenAt = effect.seenAt.map((where) => ({ ...where, headers: { 'x-who': 'proxy' } }));
  const end = await new Promise<AttemptEnd>((resolve) =>
    attemptEffect({ ...effect, create, seenAt }, context, resolve),
  );
  assert.equal(end.outcome, 'right');
  assert.deepEqual(heard, [
    ['POST', '/create', 'creation'],
    ['GET', '/first', 'proxy'],
    ['GET', '/second', 'proxy'],
  ]);
});

test('attempt - a config probe begins anew at each place with the shortest wait', async (t) => {
  const asked = new Map<string, number>();
  const url = await serve(t, (request, response) => {
    const path = request.url ?? '';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const status = request.method === 'POST' ? 201 : asked.get(path) === 3 ? 200 : 401;
    response.writeHead(status).end(nonceOf(request));
  });
  const waits: number[] = [];
  const later = (ms: number, act: () => void) => {
    waits.push(ms);
    act();
  };
  const end = await endOf((ended) => attemptEffect(effectOn(url), { ...context, later }, ended));
  assert.deepEqual([end, waits], [{ outcome: 'right', seen: '' }, [50, 75, 50, 75]]);
});

test('attempt - a config probe is not right where somebody else than the upstream lets its key in', async (t) => {
  let asked = 0;
  const url = await serve(t, (request, response) => {
    asked += request.method === 'POST' ? 0 : 1;
    response.writeHead(request.method === 'POST' ? 201 : 200).end(asked > 1 ? nonceOf(request) : '{}');
  });
  assert.equal((await effectOf(url)).outcome, 'right');
  assert.equal(asked, 3);
});

test('attempt - a creation that nobody answers is an error at once', async () => {
  const end = await effectOf('http://127.0.0.1:1');
  assert.deepEqual(end, { outcome: 'error', seen: 'creation: ECONNREFUSED' });
});

test('attempt - a config probe that is given up hangs up, whatever it waits for, and tells no end', async (t) => {
  for (const silent of ['POST', 'GET']) {
    const happens = new EventEmitter();
    const reached = once(happens, 'reached');
    const closed = once(happens, 'closed');
    const url = await serve(t, (request, response) => {
      if (request.method !== silent) {
        response.writeHead(201).end();
        return;
      }
      request.socket.once('close', () => happens.emit('closed'));
      happens.emit('reached');
    });
    const attempt = attemptEffect(effectOn(url), context, () => assert.fail('it ended'));
    await reached;
    attempt.cancel();
    await closed;
  }
});

function answersOf(requests: readonly ProbeRequest[]): Promise<AttemptEnd> {
  return endOf((end) => attemptAnswers(requests, context, end));
}

function effectOf(url: string): Promise<AttemptEnd> {
  return endOf((end) => attemptEffect(effectOn(url), context, end));
}

/** How an attempt ended. @throws where it does not end. */
function endOf(attempt: (end: (result: AttemptEnd) => void) => void): Promise<AttemptEnd> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it did not end')), 5_000);
    attempt((result) => {
      clearTimeout(timer);
      resolve(result);
    });
  });
}

function effectOn(url: string): EffectStream {
  return {
    kind: 'effect',
    stream: { id: 'c', clock: 'config', class: 'config', node: 'n', spacingMs: 1_000, timeoutMs: 5_000 },
    create: { url, headers: {}, keyPrefix: 'kd-r-config-', tag: 'kd-r' },
    seenAt: ['/first', '/second'].map((path) => ({ url: url + path, headers: {} })),
  };
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
