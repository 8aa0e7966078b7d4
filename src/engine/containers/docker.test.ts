/** A Docker engine that takes connections and never says a word. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../system/clock.js';
import { environment } from '../../system/environment.js';
import { asked, connectDocker, whyNoContainers } from './docker.js';
import { containersEngine } from './engine.js';

const patienceMs = 300;
const silence = { code: 'engine', message: 'the Docker engine has not answered for 0.3 s' };
const open = new Set<Socket>();
const server = createServer((client) => open.add(client));
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kd-silent-'));
  const socket = join(folder, 'docker.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  // testcontainers reads the environment of the process.
  process.env.DOCKER_HOST = `unix://${socket}`;
});

after(async () => {
  server.close();
  for (const one of open) one.destroy();
  await rm(folder, { recursive: true, force: true });
});

test('docker - an engine that keeps its first word back is given up', { timeout: 20_000 }, async () => {
  const setup = { environment: environment(), clock: systemClock(), pull: false, progress: () => undefined };
  await assert.rejects(connectDocker({ ...setup, patienceMs }), silence);
  const why = await whyNoContainers(environment(), { patienceMs });
  assert.equal(why?.error.message, silence.message);
  assert.equal(why.isAbsent, false);
});

test('docker - an interruption ends the wait for the first word', { timeout: 20_000 }, async () => {
  const interrupted = () => {
    const end = new AbortController();
    void sleep(100).then(() => end.abort(new Error('interrupted by SIGINT')));
    return end.signal;
  };
  await assert.rejects(whyNoContainers(environment(), { signal: interrupted() }), /interrupted by SIGINT/);
  await assert.rejects(containersEngine().clean(interrupted()), /interrupted by SIGINT/);
});

test('docker - a call that fails after its interruption is of no account', async () => {
  const unhandled: unknown[] = [];
  const see = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', see);
  const call = sleep(10).then(() => Promise.reject(new Error('socket hang up')));
  await assert.rejects(asked('kill kong-1', call, AbortSignal.abort(new Error('over'))), /over/);
  await sleep(50);
  process.off('unhandledRejection', see);
  assert.deepEqual(unhandled, []);
});
