import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { NewEvent, Sample } from '../model/journal.js';
import { listenLocally } from '../testing/local-server.js';
import { adminApi } from '../system/admin-api.js';
import { systemClock } from '../system/clock.js';
import { timeNewRoute } from './new-route.js';
import { routeEffect } from './rto-route.js';

interface Gateway {
  /** From the request that writes the route until it is served; `undefined`: the Admin API refuses it. */
  readonly takesMs?: number;
  readonly servesOld?: boolean;
  /** One of two workers answers nothing about the new route until it is served. */
  readonly hangs?: boolean;
}

/** Proxy and Admin API in one, which notes what is written to it. */
async function startGateway({ takesMs, servesOld = true, hangs = false }: Gateway, context: TestContext) {
  const clock = systemClock();
  let asked = 0;
  const written: { readonly body: unknown; readonly atMs: number }[] = [];
  const server = createServer((request, response) => {
    const end = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (request.method === 'POST') {
      const atMs = clock.nowMs();
      request
        .setEncoding('utf8')
        .on('data', (text: string) => written.push({ body: JSON.parse(text), atMs }));
      request.on('end', () => (takesMs === undefined ? end(503, {}) : end(201, {})));
      return;
    }
    const isNew = request.url === '/kd-r1/new-route';
    asked += 1;
    if (hangs && isNew && written.length > 0) {
      const leftMs = (written[0]?.atMs ?? 0) + (takesMs ?? 0) - clock.nowMs();
      const answer = () => end(200, { nonce: request.headers['x-kong-drill-nonce'] });
      setTimeout(answer, asked % 4 === 0 ? Math.max(0, leftMs) : 0);
      return;
    }
    const liveMs = (written[0]?.atMs ?? Infinity) + (takesMs ?? Infinity);
    const serves = isNew ? clock.nowMs() >= liveMs : servesOld;
    if (serves) end(200, { nonce: request.headers['x-kong-drill-nonce'] });
    else end(404, { message: 'no Route matched with those values' });
  });
  const { port, close } = await listenLocally(server);
  context.after(close);
  const url = `http://127.0.0.1:${port}`;
  const events: NewEvent[] = [];
  const target = {
    admin: adminApi(url),
    instruments: { mark: 'kd-r1', paths: { open: '/kd-r1/open' } } as never,
    nodes: [{ name: 'kong-1', proxyUrl: url, adminUrl: url, adminHeaders: {} }],
    workers: 2,
    clock,
    record: (event: NewEvent) => void events.push(event),
    signal: new AbortController().signal,
  };
  await timeNewRoute(target);
  return { written, events };
}

const isOf =
  <K extends NewEvent['kind']>(kind: K) =>
  (event: NewEvent): event is Extract<NewEvent, { kind: K }> =>
    event.kind === kind;

test('new route - timed from its request until it is served, by probes that saw it absent before', async (context) => {
  const { written, events } = await startGateway({ takesMs: 700 }, context);
  assert.deepEqual(
    written.map(({ body }) => body),
    [{ name: 'kd-r1-new-route', paths: ['/kd-r1/new-route'], tags: ['kd-r1'] }],
  );
  const { samples, writtenMs, took } = measured(events);
  assert.ok(samples.some(([, sentMs, doneMs, outcome]) => sentMs < writtenMs && doneMs > 0 && outcome !== 0));
  // What passed until the gateway had the request is part of it.
  const truthMs = (written[0]?.atMs ?? 0) + 700 - writtenMs;
  assert.ok(took.lowerMs <= truthMs && truthMs <= (took.upperMs ?? 0), JSON.stringify({ took, truthMs }));
});

test('new route - a worker that hangs does not serve it, whatever the other one answers', async (context) => {
  const { events, written } = await startGateway({ takesMs: 2_500, hangs: true }, context);
  const { took, writtenMs } = measured(events);
  const truthMs = (written[0]?.atMs ?? 0) + 2_500 - writtenMs;
  // What it swallowed last may be answered as late as a probe waits.
  assert.ok(truthMs - 1_000 <= (took.upperMs ?? 0), JSON.stringify({ took, truthMs }));
});

function measured(events: readonly NewEvent[]) {
  const [stream] = events.find(isOf('streams'))?.streams ?? [];
  assert.ok(stream?.clock === 'route');
  const samples = events.filter(isOf('probes')).flatMap((event): readonly Sample[] => event.samples);
  const writtenMs = events.find(isOf('new-route'))?.writtenMs ?? 0;
  const route = { issuedMs: writtenMs, workers: 2, stalls: events.filter(isOf('probe-stall')) };
  return { samples, writtenMs, took: routeEffect({ stream, samples }, route) };
}

test('new route - one that the Admin API refuses is not waited for', async (context) => {
  const { events } = await startGateway({}, context);
  assert.equal(events.find(isOf('new-route'))?.error, 'the Admin API answered 503');
});

test('new route - none is written where the old ones are not served', async (context) => {
  const { written, events } = await startGateway({ takesMs: 0, servesOld: false }, context);
  assert.deepEqual(written, []);
  assert.deepEqual(
    events.map((event) => (event.kind === 'new-route' ? event.error : event.kind)),
    ['kong-1 does not serve its old routes: 404, expected 200'],
  );
});
