import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./relay.js', import.meta.url));

test('relay - what goes in comes out, in both directions, to the last byte', async () => {
  const upper = createServer({ allowHalfOpen: true }, (socket) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => socket.end(Buffer.concat(chunks).toString().toUpperCase()));
  });
  const target = await listening(upper);
  await withRelay([`=127.0.0.1:${target}`], async ([port = 0]) => {
    const sent = 'abc'.repeat(200_000);
    const socket = connect({ port, host: '127.0.0.1' });
    socket.end(sent);
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    await once(socket, 'close');
    assert.equal(heard, sent.toUpperCase());
  });
  upper.close();
});

test('relay - a client whose target refuses is reset at once', async () => {
  const closed = await freePort();
  await withRelay([`=127.0.0.1:${closed}`, '=@nobody:5432'], async (ports) => {
    for (const port of ports) {
      const started = process.hrtime.bigint();
      assert.equal(await endOf(connect({ port, host: '127.0.0.1' })), 'ECONNRESET');
      assert.ok(Number(process.hrtime.bigint() - started) / 1e6 < 300);
    }
  });
});

test('relay - when a target dies its clients are let go', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
  const target = await listening(server);
  await withRelay([`=127.0.0.1:${target}`], async ([port = 0]) => {
    const client = connect({ port, host: '127.0.0.1' });
    const end = endOf(client);
    client.write('x');
    await once(server, 'connection');
    sockets[0]?.resetAndDestroy();
    assert.equal(await end, 'ECONNRESET');
  });
  server.close();
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

test('relay - a probe tells an answer, a silence and a refusal apart', async () => {
  const answering = createServer((socket) => socket.end('hello'));
  const silent = createServer(() => undefined);
  const [yes, no, closed] = [await listening(answering), await listening(silent), await freePort()];
  assert.deepEqual(await probe(yes), [0, 'answered']);
  assert.deepEqual(await probe(no), [1, 'connected, no answer within 300 ms']);
  assert.deepEqual(await probe(closed), [1, 'ECONNREFUSED']);
  answering.close();
  silent.close();
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
  const child: ChildProcess = spawn(process.execPath, [program, ...args], { stdio: 'ignore' });
  try {
    await use();
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

async function connected(port: number): Promise<Socket> {
  for (let attempt = 0; ; attempt += 1) {
    const socket = connect({ port, host: '127.0.0.1' });
    const failure = await Promise.race([
      once(socket, 'connect').then(() => undefined),
      once(socket, 'error').then(([error]: unknown[]) => error),
    ]).catch((error: unknown) => error);
    if (failure === undefined) return socket;
    if (attempt > 100) throw failure as Error;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

function endOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('close', () => resolve('closed'));
    socket.resume();
  });
}

async function probe(port: number): Promise<[number | null, string]> {
  const child = spawn(process.execPath, [program, 'probe', `127.0.0.1:${port}`, '00', '300']);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, out.trim()];
}

async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  server.close();
  await once(server, 'close');
  return port;
}
