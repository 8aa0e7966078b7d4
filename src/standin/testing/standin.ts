import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../json.js';
import { freePort } from './ports.js';

const workers = 2;
const markId = '6d61726b-0000-4000-8000-000000000000';
const program = fileURLToPath(new URL('../main.js', import.meta.url));

export interface Seen {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: JsonObject | string | undefined;
}

/** A stand-in as a process of its own, on free ports. */
export class TestStandin implements AsyncDisposable {
  readonly environment: Record<string, string>;
  readonly admin: string;
  readonly proxy: string;
  readonly status: string;
  readonly tls: string;
  readonly #prefix: string;
  #process: ChildProcess | undefined;
  #marks = 0;
  output = '';

  private constructor(environment: Record<string, string>, prefix: string) {
    this.environment = environment;
    this.#prefix = prefix;
    this.admin = `http://${environment.KONG_ADMIN_LISTEN ?? ''}`;
    this.status = `http://${environment.KONG_STATUS_LISTEN ?? ''}`;
    const [plain = '', tls = ''] = (environment.KONG_PROXY_LISTEN ?? '').split(', ');
    this.proxy = `http://${plain}`;
    this.tls = tls.replace(' ssl', '');
  }

  /** Settings for a Postgres on this port; nothing runs yet. */
  static async prepare(postgresPort: number, more: Record<string, string> = {}): Promise<TestStandin> {
    const listen = async (): Promise<string> => `127.0.0.1:${await freePort()}`;
    const prefix = mkdtempSync(join(tmpdir(), 'standin-prefix-'));
    const environment = {
      PATH: process.env.PATH ?? '',
      KONG_PREFIX: prefix,
      KONG_PG_HOST: '127.0.0.1',
      KONG_PG_PORT: String(postgresPort),
      KONG_PG_USER: 'kong',
      KONG_PG_DATABASE: 'kong',
      KONG_PROXY_LISTEN: `${await listen()}, ${await listen()} ssl`,
      KONG_ADMIN_LISTEN: await listen(),
      KONG_STATUS_LISTEN: await listen(),
      KONG_NGINX_WORKER_PROCESSES: String(workers),
      ...more,
    };
    return new TestStandin(environment, prefix);
  }

  /** Runs a command to its end. */
  async run(...args: string[]): Promise<{ code: number | null; output: string }> {
    const child = spawn(process.execPath, [program, ...args], { env: this.environment });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        output += data.toString();
      });
    }
    await once(child, 'close');
    return { code: child.exitCode, output };
  }

  /** Starts it in the background, and waits until the Admin API answers as expected. */
  async start(isUp: (seen: Seen) => boolean = ({ status }) => status === 200): Promise<this> {
    const child = spawn(process.execPath, [program, 'start'], { env: this.environment });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        this.output += data.toString();
      });
    }
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`stand-in ended:\n${this.output}`);
      const seen = await this.ask('GET', '/status').catch(() => undefined);
      return seen !== undefined && isUp(seen);
    });
    return this;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#process;
    if (!child) return null;
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  }

  /** One request to the Admin API. */
  ask = (method: string, path: string, body?: JsonObject): Promise<Seen> =>
    send(this.admin + path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });

  /** One request to the proxy, on a connection of its own; keys go into `apikey`. */
  call = (path: string, key?: string): Promise<Seen> =>
    send(this.proxy + path, { headers: key === undefined ? {} : { apikey: key } });

  /** The same request once on each worker: new connections are dealt out in turn. */
  async callEveryWorker(path: string, key?: string): Promise<Seen[]> {
    const seen: Seen[] = [];
    for (let worker = 0; worker < workers; worker++) seen.push(await this.call(path, key));
    return seen;
  }

  /**
   * Waits until every worker has looked for changes since now, which it does in a fixed order: router, plugins, balancer.
   * A global plugin is the sign, since it leaves the routers alone. The first may be found by a look that was under
   * way; the second is not written before that look is over.
   */
  async everyWorkerLooked(path: string): Promise<void> {
    for (let round = 0; round < 2; round++) {
      const mark = String(++this.#marks);
      const config = { add: { headers: [`x-mark:${mark}`] } };
      const written = await this.ask('PUT', `/plugins/${markId}`, { name: 'response-transformer', config });
      if (written.status !== 200) throw new Error(`Expected a plugin, got ${JSON.stringify(written)}`);
      await until(async () =>
        (await this.callEveryWorker(path)).every(({ headers }) => headers['x-mark'] === mark),
      );
    }
  }

  /** Runs `kong reload`, and waits until the node has made new workers, or has said why not. */
  async reload(): Promise<{ code: number | null; output: string }> {
    const before = this.output.length;
    const outcome = await this.run('reload');
    if (outcome.code !== 0) return outcome;
    await until(() => Promise.resolve(/ reloaded\n| init_by_lua error: /.test(this.output.slice(before))));
    return outcome;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.#prefix, { recursive: true, force: true });
  }
}

interface Request {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** One request on a connection of its own. */
export async function send(url: string, { method = 'GET', headers = {}, body }: Request): Promise<Seen> {
  const request = http.request(url, { method, headers, agent: false });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks).toString();
  return { status: response.statusCode ?? 0, headers: response.headers, body: parsed(raw) };
}

function parsed(raw: string): Seen['body'] {
  if (raw === '') return undefined;
  try {
    return JSON.parse(raw) as JsonObject;
  } catch {
    return raw;
  }
}

/** Waits until the condition holds; fails after the limit with what was seen last. */
export async function until(condition: () => Promise<boolean>, limitMs = 120_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Expected ${condition.toString()} within ${limitMs} ms`);
    await sleep(25);
  }
}
