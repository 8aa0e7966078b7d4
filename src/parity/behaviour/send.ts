/** One request to a proxy, on a connection of its own: so that each may reach another worker. */
import { createHash } from 'node:crypto';
import { request as requestPlain } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { connect } from 'node:tls';
import { DrillError, messageOf } from '../../model/drill-error.js';
import type { Address } from './request.js';

export interface Proxy {
  readonly proxyUrl: string;
  readonly proxyTlsUrl?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const bodyLimit = 64 * 1024;

/** @returns the answer, or why there was none. */
export async function send(
  proxy: Proxy,
  address: Address,
  signal: AbortSignal,
): Promise<Reply | { readonly error: string }> {
  try {
    return await exchange(proxy, address, signal);
  } catch (error) {
    return { error: codeOf(error) };
  }
}

/** SHA-256 of the certificate that the proxy shows for a name, or why there is none. */
export function certificateFor(
  proxy: Proxy,
  serverName: string,
  signal: AbortSignal,
): Promise<string | { readonly error: string }> {
  return new Promise((resolve) => {
    const { hostname, port } = tlsUrl(proxy);
    const socket = connect({
      host: hostname,
      port: Number(port),
      servername: serverName,
      rejectUnauthorized: false,
    });
    const end = (result: string | { readonly error: string }): void => {
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(result);
    };
    const giveUp = (): void => end({ error: 'timeout' });
    signal.addEventListener('abort', giveUp, { once: true });
    socket.on('error', (error) => end({ error: codeOf(error) }));
    socket.on('secureConnect', () => {
      const { raw } = socket.getPeerCertificate();
      end(createHash('sha256').update(raw).digest('hex'));
    });
  });
}

function exchange(proxy: Proxy, address: Address, signal: AbortSignal): Promise<Reply> {
  const secure = address.scheme === 'https';
  const url = secure ? tlsUrl(proxy) : new URL(proxy.proxyUrl);
  return new Promise((resolve, reject) => {
    const sending = (secure ? requestTls : requestPlain)({
      host: url.hostname,
      port: url.port,
      method: address.method,
      path: address.path,
      agent: false,
      signal,
      headers: { ...address.headers, host: address.host, connection: 'close' },
      ...(secure ? { servername: address.serverName ?? address.host, rejectUnauthorized: false } : {}),
    });
    sending.on('error', reject);
    sending.on('response', (response) => {
      textOf(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      );
    });
    sending.end();
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= bodyLimit) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tlsUrl({ proxyTlsUrl }: Proxy): URL {
  if (proxyTlsUrl === undefined) {
    throw new DrillError(
      'internal',
      'expected a TLS address of the proxy, got none',
      'report this as a defect',
    );
  }
  return new URL(proxyTlsUrl);
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : messageOf(error);
}
