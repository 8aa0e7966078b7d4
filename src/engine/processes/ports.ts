/** Ports of a lab: fixed when it opens, so that Kong and Postgres come back where they were. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { randomInt } from 'node:crypto';
import { DrillError } from '../../model/drill-error.js';

export interface PortBlock {
  readonly ports: readonly number[];
  release(): Promise<void>;
}

/**
 * Below the range that the system takes client ports from: a client that connects to a closed port of that range
 * again and again may in the end reach itself, and a client's port may take the place of a server that is down.
 */
const range = { from: 10_240, to: 32_704 };
const blockSize = 64;

/**
 * Reserves ports of 127.0.0.1 (at most 63). The first port of their block is held open as long as the lab lives, so that
 * no other lab of this machine takes the block, not even while the servers in it are down.
 * @throws DrillError where no block is free.
 */
export async function reservePorts(count: number): Promise<PortBlock> {
  const blocks = Math.floor((range.to - range.from) / blockSize);
  const first = randomInt(blocks);
  for (let i = 0; i < blocks; i += 1) {
    const base = range.from + ((first + i) % blocks) * blockSize;
    const guard = await listen(base);
    if (!guard) continue;
    const ports = Array.from({ length: count }, (_, index) => base + 1 + index);
    const free = await Promise.all(ports.map((port) => canListen(port)));
    if (free.every(Boolean)) return { ports, release: () => close(guard) };
    await close(guard);
  }
  throw new DrillError('engine', `no ${count} free ports in a row`, 'kong-drill clean');
}

/** Whether a server could listen there now. */
export async function canListen(port: number, host = '127.0.0.1'): Promise<boolean> {
  const server = await listen(port, host);
  if (server) await close(server);
  return server !== undefined;
}

async function listen(port: number, host = '127.0.0.1'): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen({ port, host, exclusive: true });
    await once(server, 'listening');
    return server.unref();
  } catch {
    return undefined;
  }
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
}
