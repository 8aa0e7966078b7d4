/** One HTTP request on a TCP connection of its own: nothing kept alive, nothing tried again, nothing followed. */
import { request } from 'node:http';

export interface Ask {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Why there was no answer; `code` as Node gives it (`ECONNREFUSED`, `ECONNRESET`, …). */
export interface NoAnswer {
  readonly code: string;
}

const bodyLimitBytes = 256 * 1024;

/** Sends at once and calls `end` exactly once, with the whole answer or why there is none; not at all after `cancel`. */
export function ask(call: Ask, end: (result: Answer | NoAnswer) => void): { cancel(): void } {
  let ended = false;
  const finish = (result: Answer | NoAnswer) => {
    if (ended) return;
    ended = true;
    end(result);
  };
  const sending = request(call.url, {
    method: call.method ?? 'GET',
    // An agent for this request alone, which keeps no connection.
    agent: false,
    headers: { ...call.headers, ...bodyHeaders(call.body) },
  });
  sending.on('error', (error: NodeJS.ErrnoException) => finish({ code: error.code ?? error.message }));
  sending.on('response', (response) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    response.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= bodyLimitBytes) chunks.push(chunk);
    });
    response.on('end', () =>
      finish({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
    );
    response.on('error', () => finish({ code: 'ECONNRESET' }));
    response.on('close', () => finish({ code: 'ECONNRESET' }));
  });
  sending.end(call.body);
  return {
    cancel: () => {
      ended = true;
      sending.destroy();
    },
  };
}

/** The same as a promise. @throws the signal's reason. */
export function askOnce(call: Ask, signal: AbortSignal): Promise<Answer | NoAnswer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const giveUp = () => {
      asked.cancel();
      reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    };
    const asked = ask(call, (result) => {
      signal.removeEventListener('abort', giveUp);
      resolve(result);
    });
    signal.addEventListener('abort', giveUp, { once: true });
  });
}

function bodyHeaders(body: string | undefined): Record<string, string> {
  if (body === undefined) return {};
  return { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
}
