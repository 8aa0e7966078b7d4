/** HTTP as a client: bounded in time and size, over connections that are kept alive, never following redirects. */
import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { tlsOptions } from './tls.js';
import type { TlsSettings } from './tls.js';

export interface HttpRequest {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly limitMs?: number;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export type Http = (call: HttpRequest) => Promise<HttpAnswer>;

const bodyLimitBytes = 64 * 1024 * 1024;
/** One that was idle for so long may be closed by the server at any moment. */
const idleLimitMs = 4_000;
const keptAlive = { keepAlive: true, maxSockets: 16, timeout: idleLimitMs } as const;

/** Sends one request over kept-alive connections. @throws where there is no whole answer within the limit. */
export const http: Http = httpWith();

/** The same with connections of its own, set up as asked. */
export function httpWith(tls: TlsSettings = {}): Http {
  const agents: Agents = {
    'http:': new HttpAgent(keptAlive),
    'https:': new HttpsAgent({ ...keptAlive, ...tlsOptions(tls) }),
  };
  return (call) => exchange(call, agents);
}

interface Agents {
  readonly 'http:': HttpAgent;
  readonly 'https:': HttpsAgent;
}

async function exchange(call: HttpRequest, agents: Agents): Promise<HttpAnswer> {
  const limit = AbortSignal.timeout(call.limitMs ?? 10_000);
  const signal = call.signal ? AbortSignal.any([call.signal, limit]) : limit;
  signal.throwIfAborted();
  try {
    const answer = await send(call, agents, signal);
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await textOf(answer) };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

function send(
  { url: address, method = 'GET', headers = {}, body }: HttpRequest,
  agents: Agents,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const url = new URL(address);
    const options: RequestOptions = { method, headers, signal };
    const sending =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, agent: agents['https:'] })
        : requestHttp(url, { ...options, agent: agents['http:'] });
    sending.on('response', resolve).on('error', reject).end(body);
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > bodyLimitBytes) throw new Error(`the answer is longer than ${bodyLimitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
