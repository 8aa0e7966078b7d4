import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../../standin/testing/ports.js';
import { startProgram } from '../../testing/program.js';
import { askHttp } from './questions.js';

const host = '127.0.0.1';

test('questions - a runner that stood still for longer than it waits takes no answer for none', async (context) => {
  const port = await freePort();
  await startProgram(context, new URL('../../lab/programs/echo.js', import.meta.url), {
    env: { KONG_DRILL_LISTEN: `${host}:${port}` },
    ready: /echo listens/,
  });
  const asked = askHttp({ host, port }, '/');
  // Until the connection is on its way.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
  const { observed, confirms } = await asked;
  assert.match(observed, /^answered "HTTP/);
  assert.equal(confirms, false);
});

test('questions - one that takes connections and says nothing, and one where nobody listens, confirm it', async (context) => {
  const silent = createServer((socket) => context.after(() => socket.destroy()));
  silent.listen(0, host);
  await once(silent, 'listening');
  context.after(() => silent.close());
  const address = silent.address();
  assert.ok(address !== null && typeof address === 'object');
  const hung = await askHttp({ host, port: address.port }, '/');
  assert.deepEqual([hung.observed, hung.confirms], ['connected, but no answer within 1000 ms', true]);
  const nobody = await askHttp({ host, port: await freePort() }, '/');
  assert.deepEqual([nobody.observed, nobody.confirms], ['ECONNREFUSED', true]);
});
