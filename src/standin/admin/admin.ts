import type { IncomingMessage, ServerResponse } from 'node:http';
import { notAllowed, notFound, Refusal, unexpected } from '../entities/errors.js';
import { kinds } from '../entities/kinds.js';
import { messageOf } from '../log.js';
import type { Running } from '../node/running.js';
import type { Reply } from './answer.js';
import { nothing, ok } from './answer.js';
import { UnsupportedMediaType } from './body.js';
import type { Call } from './call.js';
import { collections } from './collections.js';
import { endpoints, pluginsEnabled, ready, root, status } from './information.js';
import { schemas } from './schemas.js';
import { tags } from './tags.js';
import { health } from './targets.js';
import { withinWorkspace, workspaces } from './workspaces.js';

/** Answers one request at the Admin API. */
export async function admin(
  request: IncomingMessage,
  response: ServerResponse,
  node: Running,
): Promise<void> {
  await respond(request, response, { node, answer: route });
}

/** Answers one request at the status listener. */
export async function statusApi(
  request: IncomingMessage,
  response: ServerResponse,
  node: Running,
): Promise<void> {
  const answer: Answer = async ({ path }) => {
    if (path === '/status') return status(node);
    if (path === '/status/ready') return ready(node);
    throw notFound();
  };
  await respond(request, response, { node, answer });
}

type Answer = (call: Call, node: Running) => Promise<Reply>;

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { node, answer }: { node: Running; answer: Answer },
): Promise<void> {
  const began = Date.now();
  const reply = await replyTo(request, node, answer).catch((error: unknown) => failed(error, request, node));
  send(request, response, { reply, began, node });
}

function replyTo(request: IncomingMessage, node: Running, answer: Answer): Promise<Reply> {
  const url = new URL(`http://admin${request.url?.startsWith('/') ? request.url : '/'}`);
  const segments = url.pathname.replace(/\/$/, '').split('/').slice(1).map(decodeURIComponent);
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  const { entities } = node.generation;
  return answer(
    {
      method,
      path: url.pathname,
      segments,
      query: url.searchParams,
      request,
      entities,
      settings: node.settings,
    },
    node,
  );
}

async function route(asked: Call, node: Running): Promise<Reply> {
  const call = await withinWorkspace(asked, node);
  if (call.method === 'OPTIONS') return options(call);
  const fixed = simple[call.segments.join('/')];
  if (fixed) {
    if (call.method !== 'GET') throw notAllowed();
    return fixed(node);
  }
  const [first, second, third] = call.segments;
  if (first === 'schemas') return schemas(call);
  if (first === 'tags') return tags(call, node);
  if (first === 'workspaces' && node.settings.edition === 'enterprise') return workspaces(call, node);
  if (first === 'cache') return cache(call, node);
  if (first === 'upstreams' && second !== undefined && third === 'health')
    return health(call, second, node.id);
  return collections(call);
}

const unavailable = (message: string): Reply => ({ status: 400, body: { message } });

const simple: Record<string, (node: Running) => Promise<Reply> | Reply> = {
  '': root,
  status,
  endpoints,
  'plugins/enabled': ({ settings }) => pluginsEnabled(settings),
  timers: () => ok({ worker: { id: 0, count: 1 }, stats: {} }),
  config: () => unavailable('this endpoint is only available when Kong is configured to not use a database'),
  'clustering/status': () =>
    unavailable(
      'this endpoint is only available when Kong is configured to run as Control Plane for the cluster',
    ),
  'debug/node/log-level': ({ settings }) => ok({ message: `log level: ${settings.logLevel}` }),
};

function options({ segments }: Call): Reply {
  const isItem = segments.length % 2 === 0;
  const allow = isItem ? 'DELETE, GET, HEAD, OPTIONS, PATCH, PUT' : 'GET, HEAD, OPTIONS, POST';
  if (!kinds.some(({ path }) => path === segments[0])) throw notFound();
  return {
    status: 204,
    headers: {
      'Access-Control-Allow-Methods': allow,
      Allow: allow,
      'Access-Control-Allow-Headers': 'Content-Type',
    },
  };
}

/** `/cache` and `/cache/{key}`: the only way to make a running Kong forget what its database no longer says. */
function cache({ method, segments }: Call, node: Running): Reply {
  const [, key] = segments;
  if (method === 'DELETE') {
    if (key === undefined) node.cache.clear();
    else node.cache.invalidate(key);
    return nothing;
  }
  const value = key === undefined ? undefined : node.cache.peek(key);
  if (method !== 'GET' || key === undefined) throw notAllowed();
  if (value === undefined) throw notFound();
  return ok(JSON.parse(JSON.stringify(value)) as Reply['body'] & object);
}

function failed(error: unknown, request: IncomingMessage, { log }: Running): Reply {
  if (error instanceof UnsupportedMediaType) return { status: 415 };
  const refusal = error instanceof Refusal ? error : unexpected();
  if (refusal !== error || refusal.status >= 500) {
    log('error', `admin ${request.method ?? ''} ${request.url ?? ''}: ${messageOf(error)}`);
  }
  return { status: refusal.status, body: refusal.body };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { reply, began, node }: { reply: Reply; began: number; node: Running },
): void {
  const html = reply.status === 415;
  const body = html ? unsupportedPage : reply.body === undefined ? '' : JSON.stringify(reply.body);
  response.writeHead(reply.status, {
    ...(body !== '' && {
      'Content-Type': html ? 'text/html; charset=UTF-8' : 'application/json; charset=utf-8',
    }),
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Credentials': 'true',
    ...reply.headers,
    ...(reply.status !== 204 && { 'Content-Length': Buffer.byteLength(body) }),
    'X-Kong-Admin-Latency': String(Date.now() - began),
    'X-Kong-Standin': 'true',
    Server: `kong/${node.settings.version}`,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  request.resume();
}

const unsupportedPage = [
  '<html>',
  '<head><title>415 Unsupported Media Type</title></head>',
  '<body>',
  '<center><h1>415 Unsupported Media Type</h1></center>',
  '</body>',
  '</html>',
  '',
].join('\r\n');
