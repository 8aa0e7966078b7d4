import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { IncomingMessage } from 'node:http';
import { freePort } from '../../standin/testing/ports.js';
import { startProgram } from '../../testing/program.js';

async function startEcho(context: TestContext): Promise<number> {
  const port = await freePort();
  await startProgram(context, new URL('./echo.js', import.meta.url), {
    env: { KONG_DRILL_LISTEN: `127.0.0.1:${port}` },
    ready: /echo listens/,
  });
  return port;
}

async function ask(
  request: typeof httpsRequest,
  options: RequestOptions,
  body = '',
): Promise<Record<string, unknown>> {
  const sent = request({ host: '127.0.0.1', agent: false, rejectUnauthorized: false, ...options });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  assert.equal(answer.statusCode, 200);
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return JSON.parse(text) as Record<string, unknown>;
}

test('echo - says what it got, over HTTP and HTTPS on one port', async (context) => {
  const port = await startEcho(context);
  const headers = { host: 'orders.internal', 'x-kong-drill-nonce': 'n-1' };
  const call = { port, method: 'POST', path: '/a/b?c=d', headers };
  const plain = await ask(httpRequest, call, 'x'.repeat(300_000));
  assert.deepEqual(
    { ...plain, headers: undefined },
    {
      nonce: 'n-1',
      method: 'POST',
      tls: false,
      host: 'orders.internal',
      path: '/a/b?c=d',
      headers: undefined,
    },
  );
  const secure = await ask(httpsRequest, { ...call, servername: 'orders.internal' }, 'x'.repeat(300_000));
  assert.deepEqual({ ...secure, tls: false, headers: undefined }, { ...plain, headers: undefined });
  assert.equal(secure.tls, true);
});

test('echo - has a certificate for every name, signed by its own key', async (context) => {
  const port = await startEcho(context);
  for (const name of ['pay.example.com', 'a-much-longer-name.of-some.department.example.org']) {
    const socket = tlsConnect({ port, host: '127.0.0.1', servername: name, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const certificate = new X509Certificate(socket.getPeerX509Certificate()?.raw ?? '');
    socket.destroy();
    assert.equal(certificate.checkHost(name), name);
    assert.equal(certificate.checkHost('other.example.net'), undefined);
    assert.ok(certificate.verify(certificate.publicKey));
    assert.ok(Date.parse(certificate.validTo) > Date.now());
  }
});

test('echo - swallows what is neither HTTP nor TLS, and goes on', async (context) => {
  const port = await startEcho(context);
  const socket = connect(port, '127.0.0.1');
  socket.write('<14>Nov 23 22:14:15 host app: a line for a log server\n');
  socket.end('\0\0');
  await once(socket.resume(), 'close');
  const broken = connect(port, '127.0.0.1');
  broken.on('error', () => undefined);
  broken.write('GET nonsense\r\n\r\n');
  await once(broken.resume(), 'close');
  assert.equal((await ask(httpRequest, { port, path: '/' })).path, '/');
});
