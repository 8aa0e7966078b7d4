/** Asking a component itself, from outside, whether it serves: one connection, one question, no driver in between. */
import { connect } from 'node:net';
import type { Evidence } from '../../model/journal.js';

const answerLimitMs = 1_000;
/** Length 8, and the number that stands for "do you speak TLS?"; Postgres answers S or N before any password. */
const postgresQuestion = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export async function askPostgres(endpoint: Endpoint): Promise<Evidence> {
  return ask(endpoint, postgresQuestion, 'SSLRequest');
}

export async function askHttp(endpoint: Endpoint, path: string): Promise<Evidence> {
  const request = `GET ${path} HTTP/1.1\r\nhost: ${endpoint.host}:${endpoint.port}\r\nconnection: close\r\n\r\n`;
  return ask(endpoint, Buffer.from(request), `GET ${path}`);
}

/** Confirms that nobody serves there, unless an answer comes. */
async function ask({ host, port }: Endpoint, question: Buffer, what: string): Promise<Evidence> {
  const { observed, serves } = await firstAnswer({ host, port }, question);
  return { source: `connect to ${host}:${port}, ${what}`, observed, confirms: !serves };
}

function firstAnswer(endpoint: Endpoint, question: Buffer): Promise<{ observed: string; serves: boolean }> {
  return new Promise((resolve) => {
    const socket = connect(endpoint);
    let connected = false;
    const end = (observed: string, serves = false) => {
      socket.destroy();
      resolve({ observed, serves });
    };
    socket.setTimeout(answerLimitMs, () => {
      const before = connected;
      // Where the runner itself stood still its timers come before what the network has for it: it looks there first.
      setImmediate(() => {
        if (connected === before)
          end(`${connected ? 'connected, but no answer' : 'no connection'} within ${answerLimitMs} ms`);
      });
    });
    socket.on('connect', () => {
      connected = true;
      socket.write(question);
    });
    socket.once('data', (data: Buffer) => end(`answered ${firstLine(data)}`, true));
    socket.on('end', () => end('connection closed without an answer'));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

function firstLine(data: Buffer): string {
  return JSON.stringify(data.toString('latin1').split('\r\n')[0]?.slice(0, 60) ?? '');
}
