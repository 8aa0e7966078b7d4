import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../system/clock.js';
import { memoryAdmin } from '../testing/memory-admin.js';
import { installInstruments } from './instruments.js';
import { untilLive } from './live.js';

test('live - routes that let everybody in are waited for until the youngest plugin is in force', async (context) => {
  const lateAsks = 30;
  let configAsks = 0;
  const kong = createServer(({ url = '' }, response) => {
    // One of two workers has the routes already, and not yet the plugins.
    const late = url.endsWith('/config') && ++configAsks <= lateAsks && configAsks % 2 === 0;
    response.writeHead(url.endsWith('/jwt') || late ? 200 : 401).end();
  }).listen(0, '127.0.0.1');
  context.after(() => kong.close());
  await once(kong, 'listening');

  const admin = memoryAdmin();
  const proxyUrl = `http://127.0.0.1:${(kong.address() as AddressInfo).port}`;
  await untilLive({
    admin,
    instruments: await installInstruments({ admin, runId: 'r1', echo: { host: '127.0.0.1', port: 1 } }),
    nodes: [{ name: 'kong-1', proxyUrl, adminUrl: '', adminHeaders: {} }],
    workers: 2,
    clock: systemClock(),
    record: () => undefined,
    signal: context.signal,
  });
  assert.ok(configAsks > lateAsks, `${configAsks} asks`);
});
