import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../standin/testing/ports.js';

/** How long the relay waits for a target that says nothing. */
const relayLimitMs = 400;
const program = fileURLToPath(new URL('./relay.js', import.meta.url));

test('relay - what goes in comes out, in both directions, to the last byte', async (context) => {
  const upper = createServer({ allowHalfOpen: true }, (socket) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => socket.end(Buffer.concat(chunks).toString().toUpperCase()));
  });
  const target = await listening(context, upper);
  await withRelay([`=127.0.0.1:${target}`], async ([port = 0]) => {
    const sent = 'abc'.repeat(200_000);
    const socket = connect({ port, host: '127.0.0.1' });
    socket.end(sent);
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    await once(socket, 'close');
    assert.equal(heard, sent.toUpperCase());
  });
});

test('relay - a client whose target refuses is reset at once', async () => {
  const closed = await freePort();
  await withRelay([`=127.0.0.1:${closed}`, '=@nobody:5432'], async (ports) => {
    for (const port of ports) {
      const tookMs: number[] = [];
      // The quickest of several: a busy machine may delay some, a relay that waits for its limit delays each.
      while (Math.min(...tookMs) >= relayLimitMs && tookMs.length < 20) {
        const began = process.hrtime.bigint();
        assert.equal(await endOf(connect({ port, host: '127.0.0.1' })), 'ECONNRESET');
        tookMs.push(Number(process.hrtime.bigint() - began) / 1e6);
      }
      assert.ok(Math.min(...tookMs) < relayLimitMs, `${tookMs.join(', ')} ms`);
    }
  });
});

test('relay - when a target dies its clients are let go', async (context) => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
  const target = await listening(context, server);
  await withRelay([`=127.0.0.1:${target}`], async ([port = 0]) => {
    const client = connect({ port, host: '127.0.0.1' });
    const end = endOf(client);
    client.write('x');
    await once(server, 'connection');
    sockets[0]?.resetAndDestroy();
    assert.equal(await end, 'ECONNRESET');
  });
});

test('relay - the greeting tells our relay from any other program', async () => {
  const port = await freePort();
  await withChild(['serve', `hello=${port}:word`], async () => {
    let heard = '';
    const socket = await connected(port);
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    await once(socket, 'close');
    assert.equal(heard, 'word\n');
  });
});

test('relay - a client that is gone before it was greeted takes nothing with it', async () => {
  const hello = await freePort();
  await withChild(['serve', `hello=${hello}:word`], async () => {
    for (let left = 0; left < 50; left += 1) (await connected(hello)).resetAndDestroy();
    assert.equal(await endOf(await connected(hello)), 'closed');
  });
});

test('relay - a probe tells an answer, a silence and a refusal apart', async (context) => {
  const answering = createServer((socket) => socket.end('hello'));
  const silent = createServer(() => undefined);
  const [yes, no] = [await listening(context, answering), await listening(context, silent)];
  const closed = await freePort();
  assert.deepEqual(await probe(yes, 30_000), [0, 'answered']);
  assert.deepEqual(await probe(no, 300), [1, 'connected, no answer within 300 ms']);
  assert.deepEqual(await probe(closed, 30_000), [1, 'ECONNREFUSED']);
});

test('relay - a mode that does not exist ends with a message', () => {
  const { status, stderr } = spawnSync(process.execPath, [program, 'serv'], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /expected serve or probe/);
});

async function withRelay(targets: readonly string[], use: (ports: number[]) => Promise<void>): Promise<void> {
  const ports = await Promise.all(targets.map(() => freePort()));
  const words = targets.map((target, at) => `${ports[at] ?? 0}${target}`);
  const hello = await freePort();
  await withChild(['serve', ...words, `hello=${hello}:up`], async () => {
    (await connected(hello)).destroy();
    await use(ports);
  });
}

async function withChild(args: readonly string[], use: () => Promise<void>): Promise<void> {
  const child = spawn(process.execPath, [program, ...args], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  try {
    await use();
  } finally {
    child.kill();
    const [exitCode] = (await exited) as [number | null];
    assert.notEqual(exitCode, 1, 'the relay failed by itself');
  }
}

/** @throws the last error where nobody listens within a minute. */
async function connected(port: number): Promise<Socket> {
  for (let attempt = 0; ; attempt += 1) {
    const socket = connect({ port, host: '127.0.0.1' });
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      if (attempt > 2_000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
}

function endOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('close', () => resolve('closed'));
    socket.resume();
  });
}

async function probe(port: number, limitMs: number): Promise<[number | null, string]> {
  const child = spawn(process.execPath, [program, 'probe', `127.0.0.1:${port}`, '00', String(limitMs)]);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, out.trim()];
}

/** Closes it when the test ends, also where that fails: an open server would keep the process. */
async function listening(context: TestContext, server: Server): Promise<number> {
  context.after(() => server.close());
  server.on('connection', (socket) => context.after(() => socket.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
