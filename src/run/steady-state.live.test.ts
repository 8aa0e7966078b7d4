/** Kong comes up and answers the runner, and yet no probe gets an answer: what nobody can see come back is not destroyed. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { leftOf } from '../testing/engines.js';
import { drillsFolder, startDrill } from '../testing/running-drill.js';

/** In the probe process alone; nobody listens on port 1. */
const noConnection = `
  import { Socket } from 'node:net';
  const connect = Socket.prototype.connect;
  if (/probe-process/.test(process.argv[1] ?? ''))
    Socket.prototype.connect = function () {
      return connect.call(this, { host: '127.0.0.1', port: 1 });
    };`;

test(
  'steady state - never reached: nothing is destroyed, inconclusive, and everything is cleaned up',
  { timeout: 300_000 },
  async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'kd-test-unsteady-'));
    context.after(() => rm(folder, { recursive: true, force: true }));
    const hook = join(folder, 'hook.mjs');
    await writeFile(hook, noConnection);
    const running = await startDrill(context, {
      engine: 'processes',
      file: join(drillsFolder, 'kong-killed.yaml'),
      env: { NODE_OPTIONS: `--import=${hook}` },
    });
    const ended = await running.ended;
    const said = (ended.progress + ended.output).replaceAll(/\s+/g, ' ');
    assert.equal(ended.exitCode, 2, said);
    assert.match(
      said,
      /Nothing was destroyed, for .* not right \(ECONNREFUSED\); last seen: ECONNREFUSED from /,
    );
    assert.match(said, /See the logs of Kong, and whether its ports answer from here/);
    const kinds = (await running.events()).map(({ kind }) => kind);
    assert.deepEqual(
      kinds.filter((kind) => ['failure-issued', 'step-started'].includes(kind)),
      [],
    );
    assert.match(await ended.junit(), /<error [^>]*message="Nothing was destroyed/);
    assert.deepEqual(await leftOf('processes', await running.runId(), running.temporaryFolder), []);
  },
);
