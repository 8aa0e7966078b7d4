import { once } from 'node:events';
import type { Server } from 'node:net';
import { createServer } from 'node:net';

/**
 * Below the ports that a lab takes and those that the system gives to clients: a port of the latter may be gone
 * again before the server that it was meant for listens.
 */
const range = { from: 5_120, to: 10_240 };
const blockSize = 32;

/** The first port of a block is held for as long as this process lives, so that no other test process takes one of it. */
let block: { readonly guard: Server; next: number; readonly end: number } | undefined;

/** A port that nobody listens at, and that no other test will be given. */
export async function freePort(): Promise<number> {
  for (;;) {
    block = block && block.next < block.end ? block : await newBlock();
    const port = block.next++;
    const server = await listen(port);
    if (!server) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

async function newBlock(): Promise<NonNullable<typeof block>> {
  const blocks = (range.to - range.from) / blockSize;
  for (let i = 0; i < blocks; i++) {
    const base = range.from + ((process.pid + i) % blocks) * blockSize;
    const guard = await listen(base);
    if (guard) return { guard: guard.unref(), next: base + 1, end: base + blockSize };
  }
  throw new Error(`Expected a free block of ports between ${range.from} and ${range.to}`);
}

/** On every address, so that a server on any one of them is seen. */
async function listen(port: number): Promise<Server | undefined> {
  const server = createServer().listen({ port, exclusive: true });
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}
