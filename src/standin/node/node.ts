import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { admin, statusApi } from '../admin/admin.js';
import type { Log } from '../log.js';
import { messageOf } from '../log.js';
import { enforced } from '../proxy/plugins/index.js';
import { proxy } from '../proxy/proxy.js';
import { serverNames } from '../proxy/tls.js';
import type { Listener, Settings } from '../settings.js';
import { Cache } from './cache.js';
import { Generation } from './generation.js';
import type { Running } from './running.js';

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => Promise<void>;

/** A running Kong: its listeners and what outlives a reload. */
export class Node implements Running, AsyncDisposable {
  readonly settings: Settings;
  readonly log: Log;
  readonly cache: Cache;
  readonly id: string;
  generation: Generation;
  requests = 0;
  readonly #counters = new Map<string, number>();
  readonly #workerOf = new WeakMap<Socket, number>();
  readonly #servers: Server[] = [];
  #connections = 0;

  private constructor(base: Pick<Node, 'settings' | 'log' | 'cache' | 'id'>, generation: Generation) {
    this.settings = base.settings;
    this.log = base.log;
    this.cache = base.cache;
    this.id = base.id;
    this.generation = generation;
  }

  /** Connects, builds the routers, and listens. Throws where Kong would not start. */
  static async start(settings: Settings, log: Log): Promise<Node> {
    const base = { settings, log, cache: new Cache(), id: nodeId(settings.prefix) };
    const generation = await Generation.start({ ...base, nodeId: base.id });
    const node = new Node(base, generation);
    try {
      await node.#listen();
    } catch (error) {
      await node[Symbol.asyncDispose]();
      throw error;
    }
    const idle = [...settings.plugins].filter((name) => !(name in enforced));
    log('notice', `standin: not enforced: ${idle.join(', ')}`);
    return node;
  }

  /** New workers, or the old ones go on where they cannot be made. */
  async reload(): Promise<void> {
    const { settings, log, cache } = this;
    try {
      const next = await Generation.start({ settings, log, cache, nodeId: this.id });
      const old = this.generation;
      this.generation = next;
      old.retire();
      log('notice', 'reloaded');
    } catch (error) {
      log('error', `init_by_lua error: ${messageOf(error)}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop({ gracefully: false });
  }

  /** Gracefully: after the requests under way. */
  async stop({ gracefully }: { gracefully: boolean }): Promise<void> {
    const closed = this.#servers.map(
      (server) =>
        new Promise<void>((resolve) =>
          server.close(() => {
            resolve();
          }),
        ),
    );
    for (const server of this.#servers) {
      if (gracefully) server.closeIdleConnections();
      else server.closeAllConnections();
    }
    await Promise.all(closed);
    await this.generation[Symbol.asyncDispose]();
  }

  async #listen(): Promise<void> {
    const { proxyListen, adminListen, statusListen } = this.settings;
    const listeners: [readonly Listener[], Handler][] = [
      [proxyListen, (request, response) => proxy(request, response, this.#stage(request.socket))],
      [adminListen, (request, response) => admin(request, response, this)],
      [statusListen, (request, response) => statusApi(request, response, this)],
    ];
    for (const [all, handler] of listeners) {
      for (const listener of all) this.#servers.push(await this.#open(listener, handler));
    }
  }

  async #open({ host, port, ssl }: Listener, handler: Handler): Promise<Server> {
    const serve = (request: http.IncomingMessage, response: http.ServerResponse): void => {
      this.requests++;
      handler(request, response).catch((error: unknown) => {
        this.log('error', messageOf(error));
        response.destroy();
      });
    };
    const options = { keepAliveTimeout: 75_000 };
    const server = ssl
      ? https.createServer({ ...options, ...serverNames(this) }, serve)
      : http.createServer(options, serve);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return server;
  }

  /** Every connection belongs to one worker; they are taken in turn. */
  #stage(socket: Socket): Parameters<typeof proxy>[2] {
    const { workers } = this.generation;
    const number = this.#workerOf.get(socket) ?? this.#connections++;
    this.#workerOf.set(socket, number);
    const worker = workers[number % workers.length];
    if (!worker) throw new Error('Expected at least one worker');
    const { generation, cache, log } = this;
    return { generation, worker, cache, log, counters: this.#counters, version: this.settings.version };
  }
}

/** A node keeps its id across restarts, in its prefix. */
function nodeId(prefix: string): string {
  const path = join(prefix, 'kong.id');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    const id = randomUUID();
    mkdirSync(prefix, { recursive: true });
    writeFileSync(path, `${id}\n`);
    return id;
  }
}
