/**
 * The lab's upstream: answers every request with what it got, over HTTP and HTTPS on one and the same port.
 * A program of its own, of Node's builtins only, so that this one file can be copied into an image.
 *
 * KONG_DRILL_LISTEN is where it listens (`address:port`, by default `0.0.0.0:8080`); a line on standard output says that it does.
 * Whatever is neither HTTP nor TLS (a log server's TCP, UDP datagrams) is swallowed.
 */
import { createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { SecureContext } from 'node:tls';

const tlsHandshake = 0x16;
const contextsLimit = 1_000;
const validity = { from: '20000101000000Z', to: '20991231235959Z' };

const [, address = '0.0.0.0', port = '8080'] =
  /^(.+):([0-9]+)$/.exec(process.env.KONG_DRILL_LISTEN ?? '') ?? [];
/** One key for all names; a certificate for each name that is asked for. */
const key = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
const contexts = new Map<string, SecureContext>();

const http = createHttpServer({ keepAliveTimeout: 60_000, maxHeaderSize: 64 * 1024 }, answer);
http.on('clientError', (_, socket) => socket.destroy());

const tcp = createTcpServer(tellApart);
tcp.listen(Number(port), address, () => {
  process.stdout.write(`echo listens on ${address}:${port}\n`);
});

const udp = createSocket('udp4');
udp.on('message', () => undefined);
udp.bind(Number(port), address);

process.on('SIGTERM', () => process.exit(0));

function tellApart(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  socket.once('data', (first: Buffer) => {
    socket.pause();
    socket.unshift(first);
    if (first[0] === tlsHandshake) return void http.emit('connection', secured(socket));
    if (startsLikeHttp(first)) http.emit('connection', socket);
    socket.resume();
  });
}

function startsLikeHttp(chunk: Buffer): boolean {
  return /^[A-Z]+(?: |$)/.test(chunk.subarray(0, 16).toString('latin1'));
}

function secured(socket: Socket): TLSSocket {
  const tls = new TLSSocket(socket, {
    isServer: true,
    secureContext: contextOf('echo.lab'),
    SNICallback: (name, done) => done(null, contextOf(name)),
  });
  tls.on('error', () => socket.destroy());
  return tls;
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  request.on('end', () => {
    const { headers, method, url, socket } = request;
    const body = JSON.stringify({
      nonce: headers['x-kong-drill-nonce'] ?? null,
      method,
      tls: socket instanceof TLSSocket,
      host: headers.host ?? null,
      path: url,
      headers,
    });
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
  request.resume();
}

function contextOf(name: string): SecureContext {
  const known = contexts.get(name);
  if (known) return known;
  if (contexts.size >= contextsLimit) contexts.clear();
  const context = createSecureContext({
    key: key.export({ type: 'pkcs8', format: 'pem' }),
    cert: selfSigned(name, key),
  });
  contexts.set(name, context);
  return context;
}

/** An X.509 v3 certificate for one DNS name, in PEM; Node can read certificates but not make them. */
function selfSigned(name: string, privateKey: KeyObject): string {
  const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));
  const subject = sequence(tagged(0x31, sequence(objectId('550403'), tagged(0x0c, Buffer.from(name)))));
  const alternativeName = sequence(
    objectId('551d11'),
    tagged(0x04, sequence(tagged(0x82, Buffer.from(name)))),
  );
  const content = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.from([1, ...randomBytes(8)])),
    ecdsaWithSha256,
    subject,
    sequence(tagged(0x18, Buffer.from(validity.from)), tagged(0x18, Buffer.from(validity.to))),
    subject,
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(alternativeName)),
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', content, privateKey)]));
  const lines =
    sequence(content, ecdsaWithSha256, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function objectId(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'));
}

/** One DER value: tag, length, content. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
