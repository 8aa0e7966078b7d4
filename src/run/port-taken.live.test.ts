/** Somebody takes the port of a Kong that is down: exit 3, one clear message, reports all the same, and nothing left behind. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { leftOf, whyNot } from '../testing/engines.js';
import { startDrill } from '../testing/running-drill.js';

const limitMs = 300_000;
const skip = (await whyNot('processes')) ?? false;

test(
  "engine - the port of Kong's Admin API taken while Kong is down",
  { skip, timeout: limitMs },
  async (context) => {
    const taker = createServer();
    taker.on('request', (request, response) => {
      const other = createServer().listen(Number(request.url?.slice(1)), '127.0.0.1', () => response.end());
      context.after(() => other.close());
    });
    taker.listen(0, '127.0.0.1');
    await once(taker, 'listening');
    context.after(() => taker.close());
    const { port } = taker.address() as AddressInfo;
    const file = await drillThatRuns(
      `fetch('http://127.0.0.1:${port}/' + new URL(process.env.KONG_ADMIN_URL).port).then((answer) => answer.text())`,
    );
    context.after(() => rm(dirname(file), { recursive: true }));

    const running = await startDrill(context, { engine: 'processes', file });
    const ended = await running.ended;
    assert.equal(ended.exitCode, 3, ended.progress + ended.output);
    assert.match(
      ended.progress,
      /kong-1 did not start: another program has taken its port \d+ on 127\.0\.0\.1$/m,
    );
    assert.match(await ended.junit(), /<error /);
    assert.deepEqual(await leftOf('processes', await running.runId(), running.temporaryFolder), []);
  },
);

/** A drill that runs a program after Kong was killed, and before it is started again. */
async function drillThatRuns(program: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kd-test-port-'));
  const file = join(folder, 'port-taken.yaml');
  const command = JSON.stringify([process.execPath, '-e', program]);
  await writeFile(
    file,
    `name: port-taken
state: { generate: { services: 1, routes: 1, consumers: 1, seed: 1 } }
failure: [{ kind: kill, target: kong }]
recovery: { start-again: [{ stage: infrastructure, command: ${command} }, { stage: reattach }] }
`,
  );
  return file;
}
