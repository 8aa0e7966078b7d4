import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { systemClock } from '../system/clock.js';
import { chooseStateRoutes } from './state-routes.js';
import type { PrimeTarget } from './prime.js';

const route = (path: string) => ({ name: path, path, headers: {}, keyHeader: 'x-key' });
const valid = new Set(['runner', 'second']);

test('state routes - chosen is the first that every node answers as a probe asks', async (context) => {
  const answers =
    (hasRoute: (path: string) => boolean) => (request: IncomingMessage, response: ServerResponse) => {
      const { url = '', headers } = request;
      const key = String(headers['x-key']);
      const isOpen = url.startsWith('/open') || valid.has(key) || url === '/lets-in';
      const status = !hasRoute(url) ? 404 : isOpen ? 200 : 401;
      const nonce = url === '/open-other' ? 'another' : headers['x-kong-drill-nonce'];
      response.writeHead(status).end(JSON.stringify({ nonce }));
    };
  const target = await targetOf(context, [answers(() => true), answers((path) => path !== '/open-1')]);
  const candidates = {
    open: ['/open-other', '/open-1', '/open-2', '/open-3'].map(route),
    keyed: ['/lets-in', '/keyed'].map(route),
    keys: ['unknown', 'second'],
  };
  assert.deepEqual(await chooseStateRoutes(candidates, target, 'runner'), {
    open: route('/open-2'),
    keyed: route('/keyed'),
    key: 'second',
  });
  assert.deepEqual(await chooseStateRoutes(candidates, target, 'not known'), { open: route('/open-2') });
  assert.deepEqual(await chooseStateRoutes({ open: [], keyed: [], keys: [] }, target, 'runner'), {});
});

async function targetOf(
  context: TestContext,
  nodes: readonly ((request: IncomingMessage, response: ServerResponse) => void)[],
): Promise<PrimeTarget> {
  const ports = await Promise.all(
    nodes.map(async (answer) => {
      const server = createServer(answer).listen(0, '127.0.0.1');
      await once(server, 'listening');
      context.after(() => server.close());
      return (server.address() as AddressInfo).port;
    }),
  );
  const probed = ports.map((port) => ({ name: String(port), proxyUrl: `http://127.0.0.1:${port}` }));
  const signal = new AbortController().signal;
  return { nodes: probed, clock: systemClock(), signal } as unknown as PrimeTarget;
}
