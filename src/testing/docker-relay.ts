/** A Docker engine's second address: what connects there is led to the engine in use, and what it asks for is written down. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

export interface DockerRelay extends AsyncDisposable {
  /** For DOCKER_HOST; over TLS under the name in the certificate. */
  readonly host: string;
  /** `POST /containers/create`, … */
  readonly asked: readonly string[];
}

export interface RelaySetup {
  /** The engine's own socket. */
  readonly engine: string;
  /** A socket to listen at, or a certificate that vouches for itself: for the relay, and for whoever comes. */
  readonly at: string | { readonly cert: string; readonly key: string };
}

export async function dockerRelay({ engine, at }: RelaySetup): Promise<DockerRelay> {
  const asked: string[] = [];
  const open = new Set<Socket>();
  const lead = (client: Socket): void => {
    const toEngine = connect(engine);
    for (const [one, other] of [
      [client, toEngine],
      [toEngine, client],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy()).on('close', () => open.delete(one));
    }
    client.on('data', (data: Buffer) => {
      const line = /^([A-Z]+ \S+) HTTP\/1\.1\r\n/.exec(data.toString('latin1'))?.[1];
      if (line !== undefined) asked.push(line.replace(/\?.*$/, ''));
    });
  };
  const [server, host] = await (typeof at === 'string' ? onSocket(at, lead) : overTls(at, lead));
  return {
    host,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
}

type Lead = (client: Socket) => void;

async function onSocket(path: string, lead: Lead): Promise<[Server, string]> {
  const server = createServer(lead).listen(path);
  await once(server, 'listening');
  return [server, `unix://${path}`];
}

async function overTls(identity: { cert: string; key: string }, lead: Lead): Promise<[Server, string]> {
  const trust = { ca: identity.cert, requestCert: true, rejectUnauthorized: true };
  const server = createTlsServer({ ...identity, ...trust }, lead).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return [server, `tcp://localhost:${(server.address() as AddressInfo).port}`];
}
