/** An Admin API over HTTP or HTTPS that shows fixed entities page by page, with a token where one is given. */
import { createServer as createPlain } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer as createTls } from 'node:https';
import type { ServerOptions } from 'node:https';
import type { JsonObject } from '../model/entity.js';
import { listenLocally } from './local-server.js';

export interface AdminServer extends AsyncDisposable {
  readonly url: string;
  /** `GET /services?size=1000`, in order. */
  readonly asked: string[];
}

interface Script {
  /** Path → what it lists, or the status that it answers; all other paths answer 404. */
  readonly collections: Readonly<Record<string, readonly JsonObject[] | number>>;
  readonly token?: string;
  readonly tls?: ServerOptions;
  /** What stands before every path. */
  readonly base?: string;
  readonly pageSize?: number;
}

export async function adminServer(script: Script): Promise<AdminServer> {
  const asked: string[] = [];
  const answer: RequestListener = (request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const { status, body } = answerTo(request, script);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const { port, close } = await listenLocally(
    script.tls ? createTls(script.tls, answer) : createPlain(answer),
  );
  return {
    url: `${script.tls ? 'https' : 'http'}://127.0.0.1:${port}${script.base ?? ''}`,
    asked,
    [Symbol.asyncDispose]: close,
  };
}

function answerTo(
  { url = '', headers }: IncomingMessage,
  { collections, token, base = '', pageSize = 2 }: Script,
): { status: number; body: JsonObject } {
  if (token !== undefined && headers['kong-admin-token'] !== token)
    return { status: 401, body: { message: 'Unauthorized' } };
  const { pathname, searchParams } = new URL(url, 'http://kong.invalid');
  const path = pathname.startsWith(base) ? pathname.slice(base.length) : 'elsewhere';
  if (path === '/') return { status: 200, body: { version: '3.9.3', tagline: 'Welcome to kong' } };
  const entities = collections[path] ?? 404;
  if (typeof entities === 'number') return { status: entities, body: { message: 'no' } };
  const from = Number(searchParams.get('offset') ?? 0);
  const to = from + pageSize;
  // As Kong does behind a gateway or in a workspace: `next` leads nowhere.
  const more = to < entities.length ? { offset: String(to), next: `/nowhere?offset=${to}` } : { next: null };
  return { status: 200, body: { data: entities.slice(from, to), ...more } };
}
