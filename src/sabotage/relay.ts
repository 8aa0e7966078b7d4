/** An HTTP relay in front of a node: everything goes through as it is, but for what an attack answers itself. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { http } from '../system/http.js';

export interface Relay extends AsyncDisposable {
  readonly url: string;
}

export interface OwnAnswer {
  readonly status: number;
  readonly body: string;
  /** Sent to the target in place of what was asked, before the answer; by default nothing is. */
  readonly instead?: 'DELETE';
}

/** Listens on loopback. `answer` is asked first; `undefined` lets the request through. */
export async function startRelay(
  targetUrl: string,
  answer: (asked: IncomingMessage) => OwnAnswer | undefined,
): Promise<Relay> {
  const server = createServer((asked, reply) => {
    const own = answer(asked);
    if (own) void answerItself(targetUrl, own, asked, reply);
    else forward(targetUrl, asked, reply);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answerItself(
  targetUrl: string,
  { status, body, instead }: OwnAnswer,
  asked: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  const { headers, url = '/' } = asked;
  asked.resume();
  if (instead !== undefined) {
    const { 'kong-admin-token': token } = headers;
    const known = typeof token === 'string' ? { 'kong-admin-token': token } : {};
    // A target that refuses is seen by what comes after, as without an attack.
    await http({ url: new URL(url, targetUrl).href, method: instead, headers: known }).catch(() => undefined);
  }
  reply.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

/** A target that refuses or breaks off is passed on as a connection that is reset. */
function forward(targetUrl: string, asked: IncomingMessage, reply: ServerResponse): void {
  const { method, headers, url = '/' } = asked;
  const passed = request(new URL(url, targetUrl), { method, headers, agent: false }, (answer) => {
    reply.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(reply);
    answer.on('error', () => asked.socket.resetAndDestroy());
  });
  passed.on('error', () => asked.socket.resetAndDestroy());
  reply.on('close', () => passed.destroy());
  asked.pipe(passed);
}
