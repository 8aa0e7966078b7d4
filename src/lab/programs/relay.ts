/**
 * The relay: the only way from the runner into the lab's network, and no way out of it. Node builtins only, one file: it is
 * copied into an image.
 *
 *   relay.js serve hello=9999:WORD 10001=172.20.0.21:8000 10002=@postgres:5432 …
 *   relay.js probe 172.20.0.21:8001 474554… 500
 *
 * `serve` forwards each listening port to one fixed target. `@name` is the address in the file /kong-drill/targets/name, read
 * for every connection. A client whose target refuses is reset at once: behind an engine's own proxy, which accepts for the dead,
 * that is all that tells the client. `probe` connects, sends the bytes, and says what came back.
 */
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

/** A target beside us on the same bridge accepts within a millisecond or not at all. */
const connectLimitMs = 400;
const targetsFolder = '/kong-drill/targets';

const [mode = '', ...words] = process.argv.slice(2);
if (mode === 'serve') for (const word of words) serve(word);
else if (mode === 'probe') probe(words);
else fail(`expected serve or probe, got ${JSON.stringify(mode)}`);
process.on('SIGTERM', () => process.exit(0));

function serve(word: string): void {
  const [port = '', target = ''] = word.split('=');
  const [host = '', rest = ''] = target.split(':');
  if (port === 'hello') listen(Number(host), (client) => client.end(`${rest}\n`));
  else listen(Number(port), (client) => forward(client, host, Number(rest)));
}

function listen(port: number, accept: (client: Socket) => void): void {
  const options = { allowHalfOpen: true, noDelay: true };
  createServer(options, (client) => accept(client.on('error', () => undefined)))
    .on('error', (error) => fail(error.message))
    .listen(port, '0.0.0.0');
}

function forward(client: Socket, host: string, port: number): void {
  const address = host.startsWith('@') ? addressOf(host.slice(1)) : host;
  if (address === undefined) {
    client.resetAndDestroy();
    return;
  }
  const target = connect({ host: address, port, allowHalfOpen: true, noDelay: true });
  target.setTimeout(connectLimitMs, () =>
    afterAnotherLook(() => {
      if (target.connecting) target.destroy(new Error('no answer'));
    }),
  );
  target.once('connect', () => {
    target.setTimeout(0);
    client.pipe(target);
    target.pipe(client);
  });
  target.on('error', () => client.resetAndDestroy());
  client.on('error', () => target.resetAndDestroy());
  client.on('close', () => target.destroy());
}

/**
 * What to do on a time-out, once the network has been asked for what is there: where this process did not get the processor
 * in time, the timer is late too, and comes before the answer that lies ready.
 */
function afterAnotherLook(act: () => void): void {
  setImmediate(act);
}

function addressOf(name: string): string | undefined {
  try {
    return readFileSync(`${targetsFolder}/${name}`, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function probe([target = '', hex = '', limit = '500']: readonly string[]): void {
  const [host = '', port = ''] = target.split(':');
  let seen = 'no connection';
  const socket = connect({ host, port: Number(port) });
  socket.setTimeout(Number(limit), () => afterAnotherLook(() => report(`${seen} within ${limit} ms`, 1)));
  socket.once('connect', () => {
    seen = 'connected, no answer';
    socket.write(Buffer.from(hex, 'hex'));
  });
  socket.once('data', () => report('answered', 0));
  socket.once('end', () => report('connected, closed without an answer', 1));
  socket.once('error', (error: NodeJS.ErrnoException) => report(error.code ?? error.message, 1));
}

function report(text: string, exitCode: number): never {
  process.stdout.write(`${text}\n`);
  process.exit(exitCode);
}

function fail(message: string): never {
  process.stderr.write(`relay: ${message}\n`);
  process.exit(1);
}
