import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { canListen, reservePorts } from './ports.js';

test('ports - blocks of labs that are open at the same time never overlap, and are free', async () => {
  const blocks = await Promise.all(Array.from({ length: 20 }, () => reservePorts(40)));
  const ports = blocks.flatMap((block) => block.ports);
  assert.equal(new Set(ports).size, 800);
  assert.ok(
    ports.every((port) => port > 10_240 && port < 32_768),
    'outside the range of client ports',
  );
  assert.ok(await canListen(ports[0] ?? 0));
  await Promise.all(blocks.map((block) => block.release()));
});

test('ports - one that is taken is seen, also on another address of the machine', async (context) => {
  const [port = 0] = (await reservePorts(1)).ports;
  const server = createServer().listen(port, '127.0.0.1');
  context.after(() => server.close());
  await once(server, 'listening');
  assert.equal(await canListen(port), false);
  assert.equal(await canListen(port, '192.0.2.1'), false, 'an address of somebody else');
});
