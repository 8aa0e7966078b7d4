import assert from 'node:assert/strict';
import { Resolver } from 'node:dns/promises';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { freePort } from '../../standin/testing/ports.js';
import { startProgram } from '../../testing/program.js';

async function startResolver(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'resolver-test-'));
  context.after(() => rm(folder, { recursive: true }));
  const table = join(folder, 'table.json');
  const put = (postgres: string) =>
    writeFile(
      table,
      JSON.stringify({ echo: { address: '127.0.0.1', port: 8123 }, names: { 'postgres.lab': postgres } }),
    );
  await put('127.0.0.1');
  const port = await freePort();
  const program = await startProgram(context, new URL('./resolver.js', import.meta.url), {
    env: { KONG_DRILL_LISTEN: `127.0.0.1:${port}`, KONG_DRILL_TABLE: table },
    ready: /resolver listens/,
  });
  // A datagram may get lost where the machine is busy.
  const resolver = new Resolver({ timeout: 1_000, tries: 8 });
  resolver.setServers([`127.0.0.1:${port}`]);
  return { put, port, program, resolver };
}

test('resolver - leads every name to the echo, with its port', async (context) => {
  const { resolver, program } = await startResolver(context);
  assert.deepEqual(await resolver.resolve4('Splunk.Example.COM'), ['127.0.0.1']);
  assert.deepEqual(await resolver.resolveSrv('idp.example.com'), [
    { name: 'echo.lab', port: 8123, priority: 0, weight: 0 },
  ]);
  assert.deepEqual(await resolver.resolve4('echo.lab'), ['127.0.0.1']);
  await assert.rejects(resolver.resolve6('idp.example.com'), { code: 'ENODATA' });
  await assert.rejects(resolver.resolveTxt('idp.example.com'), { code: 'ENODATA' });
  await program.untilSays(/^A splunk\.example\.com → 127\.0\.0\.1$/m);
  await program.untilSays(/^SRV idp\.example\.com → echo\.lab:8123$/m);
});

test('resolver - a name of the table follows it at once, and keeps its own port', async (context) => {
  const { put, resolver } = await startResolver(context);
  assert.deepEqual(await resolver.resolve4('postgres.lab'), ['127.0.0.1']);
  await put('127.0.0.7');
  assert.deepEqual(await resolver.resolve4('postgres.lab'), ['127.0.0.7']);
  await assert.rejects(resolver.resolveSrv('postgres.lab'), { code: 'ENODATA' });
  assert.deepEqual(await resolver.resolve4('constructor'), ['127.0.0.1']);
});

test('resolver - survives whatever is sent to it', async (context) => {
  const { port, resolver } = await startResolver(context);
  const socket = createSocket('udp4');
  context.after(() => socket.close());
  socket.on('message', () => undefined);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const query = Buffer.from('000101000001000000000000036162630000010001', 'hex');
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), fc.nat(query.length), async (noise, at) => {
      const bent = Buffer.concat([query.subarray(0, at), noise, query.subarray(at + 1)]);
      await new Promise((resolve) => socket.send(bent, port, '127.0.0.1', resolve));
    }),
    { numRuns: 500 },
  );
  assert.deepEqual(await resolver.resolve4('still.there'), ['127.0.0.1']);
});
