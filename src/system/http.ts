/** HTTP as a client: bounded in time and size, never following redirects. */
import { Agent, request } from 'undici';

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

const bodyLimitBytes = 64 * 1024 * 1024;
const agent = new Agent({
  connections: 16,
  pipelining: 1,
  maxResponseSize: bodyLimitBytes,
  keepAliveTimeout: 4_000,
});

/** Sends one request over kept-alive connections. @throws where there is no whole answer within the limit. */
export async function http(call: HttpRequest): Promise<HttpAnswer> {
  const limitMs = call.limitMs ?? 10_000;
  const limit = AbortSignal.timeout(limitMs);
  const answer = await request(call.url, {
    method: call.method ?? 'GET',
    dispatcher: agent,
    signal: call.signal ? AbortSignal.any([call.signal, limit]) : limit,
    headersTimeout: limitMs,
    bodyTimeout: limitMs,
    ...(call.headers ? { headers: call.headers } : {}),
    ...(call.body === undefined ? {} : { body: call.body }),
  });
  return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
}
