/**
 * A gateway that fails by script: a program of its own, forked by tests and by the accuracy benchmark. It answers like a
 * route behind Kong whose upstream is the lab's echo, and says at which moments its outages truly began and ended.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { reservePorts } from '../engine/processes/ports.js';
import type { ScriptedKind } from './scripted-gateway-kinds.js';

/** Outages of one gateway, times on the runner's clock. */
export interface Script {
  readonly kind: ScriptedKind;
  readonly fromMs: number;
  readonly toMs: number;
  /** The share of connections that meet a failing worker; 1: all. */
  readonly share: number;
}

export interface GatewayOrders {
  readonly originNs: string;
  readonly scripts: readonly Script[];
  /** Processes to be stopped for a while, by SIGSTOP and SIGCONT. */
  readonly stop?: { readonly pids: readonly number[]; readonly fromMs: number; readonly toMs: number };
}

/** A moment lies within [earliestMs, latestMs]. */
export interface Moment {
  readonly earliestMs: number;
  readonly latestMs: number;
}

export type GatewayMessage =
  | { readonly kind: 'listening'; readonly ports: readonly number[] }
  | { readonly kind: 'over'; readonly place: number; readonly begin: Moment; readonly end: Moment };

interface Gateway {
  readonly server: Server;
  readonly port: number;
  down: boolean;
  script?: Script;
  readonly held: (() => void)[];
}

let originNs = 0n;
const gateways: Gateway[] = [];

process.on('disconnect', () => process.exit(0));
process.on('message', (message: { readonly gateways: number } | GatewayOrders) => {
  if ('gateways' in message) void open(message.gateways);
  else follow(message);
});

async function open(count: number): Promise<void> {
  for (const [place, port] of (await portsFor(count)).entries()) {
    const server = createServer((request, response) => {
      const gateway = gateways[place];
      if (gateway) answer(gateway, request, response);
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    gateways.push({ server, port, down: false, held: [] });
  }
  tell({ kind: 'listening', ports: gateways.map(({ port }) => port) });
}

/** Ports that stay ours while a gateway refuses: one that the system chose could be given to somebody else meanwhile. */
async function portsFor(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(...(await reservePorts(Math.min(50, count - ports.length))).ports);
  return ports;
}

function follow(orders: GatewayOrders): void {
  originNs = BigInt(orders.originNs);
  for (const [place, script] of orders.scripts.entries()) {
    const gateway = gateways[place];
    if (!gateway) continue;
    gateway.script = script;
    at(script.fromMs, () => {
      const begin = moment(() => fail(gateway, script));
      at(script.toMs, () => tell({ kind: 'over', place, begin, end: moment(() => heal(gateway, script)) }));
    });
  }
  const { stop } = orders;
  if (!stop) return;
  at(stop.fromMs, () => stop.pids.forEach((pid) => process.kill(pid, 'SIGSTOP')));
  at(stop.toMs, () => stop.pids.forEach((pid) => process.kill(pid, 'SIGCONT')));
}

function fail(gateway: Gateway, script: Script): void {
  gateway.down = true;
  if (script.kind === 'refuse') gateway.server.close();
}

function heal(gateway: Gateway, script: Script): void {
  gateway.down = false;
  if (script.kind === 'refuse') gateway.server.listen(gateway.port, '127.0.0.1');
  for (const release of gateway.held.splice(0)) release();
}

function answer(gateway: Gateway, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const { script } = gateway;
  if (!gateway.down || !script || Math.random() >= script.share) {
    right(request, response);
    return;
  }
  switch (script.kind) {
    case 'refuse':
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'hang':
      return;
    case 'freeze':
      gateway.held.push(() => right(request, response));
      return;
    case 'status-500':
      response.writeHead(500).end('{"message":"An unexpected error occurred"}');
      return;
    case 'wrong-body':
      response.writeHead(200).end('{"nonce":"somebody else"}');
      return;
  }
}

/** Paths: `/open`; `/key-auth`, which wants the key `valid` and knows no other. */
function right(request: IncomingMessage, response: ServerResponse): void {
  const key = request.headers.apikey;
  if (request.url?.startsWith('/key-auth') && key !== 'valid') {
    response.writeHead(401).end('{"message":"Unauthorized"}');
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ nonce: request.headers['x-kong-drill-nonce'] }));
}

function moment(act: () => void): Moment {
  const earliestMs = nowMs();
  act();
  return { earliestMs, latestMs: nowMs() };
}

function at(ms: number, act: () => void): void {
  setTimeout(act, Math.max(0, ms - nowMs()));
}

function nowMs(): number {
  return Number((process.hrtime.bigint() - originNs) / 1_000n) / 1_000;
}

function tell(message: GatewayMessage): void {
  process.send?.(message);
}
