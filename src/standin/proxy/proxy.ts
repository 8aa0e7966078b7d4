import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { JsonObject } from '../json.js';
import { isObject, text } from '../json.js';
import type { Log } from '../log.js';
import { messageOf } from '../log.js';
import type { Cache } from '../node/cache.js';
import type { Generation } from '../node/generation.js';
import type { Room, Worker } from '../node/worker.js';
import type { Answer, Exchange } from './exchange.js';
import { errorAnswer, newRequestId } from './exchange.js';
import { forward, hopByHop, isAnswer } from './forward.js';
import { enforced } from './plugins/index.js';
import type { Asked } from './router.js';
import { protocolsOf } from './router.js';

export interface Stage {
  readonly generation: Generation;
  readonly worker: Worker;
  readonly cache: Cache;
  readonly counters: Map<string, number>;
  readonly version: string;
  readonly log: Log;
}

/** Answers one request at the proxy. */
export async function proxy(request: IncomingMessage, response: ServerResponse, stage: Stage): Promise<void> {
  const began = Date.now();
  const requestId = newRequestId();
  const server = `kong/${stage.version}`;
  try {
    const outcome = await answerTo(request, requestId, stage);
    const { exchange, reply } = outcome;
    if (isAnswer(reply)) {
      sendAnswer(response, reply, { requestId, server, began, extra: exchange?.answerHeaders ?? {} });
    } else if (exchange) {
      await relay(response, reply, { exchange, server, began });
    }
  } catch (error) {
    stage.log('error', `${request.method ?? ''} ${request.url ?? ''}: ${messageOf(error)}`);
    if (response.headersSent) response.destroy();
    else {
      const failure = errorAnswer(500, 'An unexpected error occurred', requestId);
      sendAnswer(response, failure, { requestId, server, began, extra: {} });
    }
  }
}

interface Outcome {
  reply: Answer | IncomingMessage;
  exchange?: Exchange;
}

async function answerTo(request: IncomingMessage, requestId: string, stage: Stage): Promise<Outcome> {
  const asked = askedBy(request);
  const match = stage.worker.router.find(asked);
  if (!match) return { reply: errorAnswer(404, 'no Route matched with those values', requestId) };
  if (
    asked.protocol === 'http' &&
    !protocolsOf(match.route).some((protocol) => ['http', 'grpc'].includes(protocol))
  ) {
    return { reply: insecure(match.route, request, requestId) };
  }
  if (!match.service) return { reply: errorAnswer(503, 'no Service found with those values', requestId) };
  const search = /\?(.*)$/.exec(request.url ?? '')?.[1] ?? '';
  const exchange: Exchange = {
    requestId,
    asked,
    query: new URLSearchParams(search),
    search,
    match,
    clientIp: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    request,
    upstreamHeaders: new Map(),
    answerHeaders: {},
    transforms: [],
  };
  const room = stage.worker.roomOf(match.route);
  const reply =
    (await runPlugins(exchange, room, stage)) ??
    (await forward(exchange, {
      names: stage.generation.names,
      balancer: room.balancer,
      version: stage.version,
    }));
  return { reply, exchange };
}

async function runPlugins(
  exchange: Exchange,
  { plugins, store }: Room,
  { generation: { database }, cache, counters }: Stage,
): Promise<Answer | undefined> {
  const tools = { cache, store, database, counters };
  for (const name of plugins.names) {
    const plugin = enforced[name];
    const planned = plugins.find(name, {
      route: text(exchange.match.route.id),
      service: text(exchange.match.service?.id),
      consumer: text(exchange.consumer?.id) || undefined,
    });
    const answer = planned && (await plugin?.(planned.config, exchange, tools, planned));
    if (answer) return answer;
  }
  return undefined;
}

function askedBy(request: IncomingMessage): Asked {
  const { socket } = request;
  const sni = socket instanceof TLSSocket ? socket.servername : false;
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(request.headers.host ?? '') ?? [];
  const headers = new Map<string, string[]>();
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    const name = (request.rawHeaders[i] ?? '').toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), request.rawHeaders[i + 1] ?? '']);
  }
  return {
    method: request.method ?? 'GET',
    protocol: socket instanceof TLSSocket ? 'https' : 'http',
    host: host.toLowerCase(),
    port: port === undefined ? (request.socket.localPort ?? 80) : Number(port),
    path: pathOf(request),
    headers,
    sni: typeof sni === 'string' ? sni : undefined,
  };
}

const pathOf = ({ url = '/' }: IncomingMessage): string => url.replace(/\?.*$/, '');

function insecure(route: JsonObject, request: IncomingMessage, requestId: string): Answer {
  const status = Number(route.https_redirect_status_code ?? 426);
  if (status !== 426) {
    const location = `https://${request.headers.host ?? ''}${request.url ?? ''}`;
    return errorAnswer(status, '', requestId, { Location: location });
  }
  return errorAnswer(426, 'Please use HTTPS protocol', requestId, {
    Connection: 'Upgrade',
    Upgrade: 'TLS/1.2, HTTP/1.1',
  });
}

interface About {
  readonly server: string;
  readonly began: number;
}

function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  { requestId, server, began, extra }: About & { requestId: string; extra: Record<string, string> },
): void {
  response.writeHead(answer.status, {
    'Content-Type': answer.contentType ?? 'application/json; charset=utf-8',
    ...answer.headers,
    ...extra,
    'Content-Length': Buffer.byteLength(answer.body),
    'X-Kong-Response-Latency': String(Date.now() - began),
    Server: server,
    'X-Kong-Request-Id': requestId,
  });
  response.end(answer.body);
}

async function relay(
  response: ServerResponse,
  reply: IncomingMessage,
  { exchange, server, began }: About & { exchange: Exchange },
): Promise<void> {
  const headers = new Map<string, string[]>();
  for (const [name, value] of Object.entries(reply.headers)) {
    if (!hopByHop.has(name) && value !== undefined) headers.set(name, Array.isArray(value) ? value : [value]);
  }
  const bodyChanges = exchange.transforms.flatMap(({ body }) => body ?? []);
  if (bodyChanges.length > 0) headers.delete('content-length');
  for (const [name, value] of Object.entries(exchange.answerHeaders))
    headers.set(name.toLowerCase(), [value]);
  headers.set('x-kong-upstream-latency', [String(Date.now() - began)]);
  headers.set('x-kong-proxy-latency', ['0']);
  headers.set('via', [`1.1 ${server}`]);
  headers.set('x-kong-request-id', [exchange.requestId]);
  for (const { headers: change } of exchange.transforms) change(headers);
  response.writeHead(reply.statusCode ?? 502, Object.fromEntries(headers));
  const chunks: Buffer[] = [];
  for await (const chunk of reply) {
    if (bodyChanges.length > 0) chunks.push(chunk as Buffer);
    else response.write(chunk as Buffer);
  }
  response.end(bodyChanges.length > 0 ? changed(Buffer.concat(chunks), bodyChanges) : undefined);
}

function changed(body: Buffer, changes: ((json: JsonObject) => JsonObject)[]): Buffer | string {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    if (!isObject(parsed)) return body;
    return JSON.stringify(changes.reduce((json, change) => change(json), parsed));
  } catch {
    return body;
  }
}
