import http from 'node:http';
import https from 'node:https';
import type { Location, Names } from '../dns.js';
import { isObject, text } from '../json.js';
import { messageOf } from '../log.js';
import type { Balancer, Peer } from './balancer.js';
import type { Answer, Exchange } from './exchange.js';
import { errorAnswer } from './exchange.js';
import { upstreamPath } from './router.js';

export interface Way {
  readonly names: Names;
  readonly balancer: Balancer;
  readonly version: string;
}

const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };

/** Sends the request to the upstream; resolves with its answer, or with Kong's where there is none. */
export async function forward(exchange: Exchange, way: Way): Promise<http.IncomingMessage | Answer> {
  const service = exchange.match.service ?? {};
  const tries = 1 + Number(service.retries ?? 0);
  const body = await bodyOf(exchange.request);
  let failure = errorAnswer(502, badGateway, exchange.requestId);
  for (let attempt = 0; attempt < tries; attempt++) {
    const peer = choosePeer(exchange, way);
    if (!peer) return errorAnswer(503, 'failure to get a peer from the ring-balancer', exchange.requestId);
    let location: Location;
    try {
      location = await way.names.locate(peer.host, peer.port);
    } catch {
      return errorAnswer(503, 'name resolution failed', exchange.requestId);
    }
    try {
      return await ask(exchange, { ...way, peer, location, body });
    } catch (error) {
      const timedOut = messageOf(error) === 'timeout';
      failure = timedOut ? errorAnswer(504, timeout, exchange.requestId) : failure;
      if (exchange.request.destroyed && !exchange.request.complete) break;
    }
  }
  return failure;
}

const badGateway = 'An invalid response was received from the upstream server';
const timeout = 'The upstream server is timing out';

function choosePeer({ match }: Exchange, { balancer }: Way): Peer | undefined {
  const host = text(match.service?.host);
  if (balancer.upstreamNamed(host)) return balancer.next(host);
  return { host, port: Number(match.service?.port) };
}

interface Attempt extends Way {
  readonly peer: Peer;
  readonly location: Location;
  readonly body: Buffer;
}

function ask(exchange: Exchange, attempt: Attempt): Promise<http.IncomingMessage> {
  const { match, asked, search } = exchange;
  const secure = match.service?.protocol === 'https';
  const options: https.RequestOptions = {
    method: asked.method,
    host: attempt.location.address,
    port: attempt.location.port,
    path: upstreamPath(match, asked.path) + (search && `?${search}`),
    headers: headersFor(exchange, attempt),
    agent: secure ? agents.https : agents.http,
    ...(secure && {
      servername: attempt.peer.host,
      rejectUnauthorized: match.service.tls_verify === true,
    }),
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request(options, resolve);
    request.setTimeout(Number(match.service?.read_timeout ?? 60_000), () => {
      request.destroy(new Error('timeout'));
    });
    request.on('error', reject);
    request.end(attempt.body);
  });
}

function headersFor(exchange: Exchange, attempt: Attempt): http.OutgoingHttpHeaders {
  const { asked, upstreamHeaders } = exchange;
  const kept = [...asked.headers].filter(([name]) => !hopByHop.has(name));
  const headers = new Map<string, readonly string[] | string>([...kept, ...ownHeaders(exchange, attempt)]);
  for (const [name, value] of upstreamHeaders) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  return Object.fromEntries([...headers].map(([name, value]) => [name, value as string | string[]]));
}

function ownHeaders(exchange: Exchange, attempt: Attempt): [string, string][] {
  const { asked, match, clientIp, requestId } = exchange;
  const forwarded = asked.headers.get('x-forwarded-for') ?? [];
  const stripped = match.prefix !== undefined && match.route.strip_path === true;
  const hasBody = attempt.body.length > 0 || asked.headers.has('content-length');
  const optional: [string, string | undefined][] = [
    ['x-forwarded-prefix', stripped ? match.prefix : undefined],
    ['content-length', hasBody ? String(attempt.body.length) : undefined],
  ];
  return [
    ['host', hostFor(exchange, attempt)],
    ['x-real-ip', clientIp],
    ['x-forwarded-for', [...forwarded, clientIp].join(', ')],
    ['x-forwarded-proto', asked.protocol],
    ['x-forwarded-host', asked.host],
    ['x-forwarded-port', String(asked.port)],
    ['x-forwarded-path', asked.path],
    ['via', `1.1 kong/${attempt.version}`],
    ['x-kong-request-id', requestId],
    ...optional.filter((pair): pair is [string, string] => pair[1] !== undefined),
  ];
}

function hostFor({ match, request }: Exchange, { balancer, peer }: Attempt): string {
  if (match.route.preserve_host === true) return request.headers.host ?? '';
  const upstream = balancer.upstreamNamed(text(match.service?.host));
  const standard = match.service?.protocol === 'https' ? 443 : 80;
  return text(upstream?.host_header) || (peer.port === standard ? peer.host : `${peer.host}:${peer.port}`);
}

export const hopByHop = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

async function bodyOf(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export const isAnswer = (outcome: http.IncomingMessage | Answer): outcome is Answer =>
  isObject(outcome) && !(outcome instanceof http.IncomingMessage);
