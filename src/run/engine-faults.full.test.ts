/** What breaks the engine in the middle of a drill: exit 3, one clear message, reports all the same, and nothing left behind. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../system/command.js';
import { environment } from '../system/environment.js';
import { docker, labelled } from '../testing/docker.js';
import { whyNot } from '../testing/engines.js';
import { drillsFolder, startDrill } from '../testing/running-drill.js';
import type { EndedDrill } from '../testing/running-drill.js';
import { secondDocker } from '../testing/second-docker.js';

const limitMs = 600_000;
const skip = (await whyNot('containers')) ?? false;
const file = join(drillsFolder, 'kong-killed.yaml');
const program = join(import.meta.dirname, '../cli/main.js');

test(
  'engine - a container removed by hand in the middle of a drill',
  { skip, timeout: limitMs },
  async (context) => {
    const running = await startDrill(context, { engine: 'containers', file });
    const runId = await running.runId();
    await running.until('phase-started', ({ phase }) => phase === 'change');
    const kong = await containerOf(runId, '-kong-1-');
    await docker(['rm', '--force', kong]);
    await assertBroken(await running.ended, /kong-1 is gone: somebody removed its container/);
    assert.deepEqual(await labelled(`com.kong-drill.run=${runId}`), []);
  },
);

test('engine - an image that is Kong in name only', { skip, timeout: limitMs }, async (context) => {
  const image = environment().KONG_DRILL_IMAGE_LAB ?? '';
  const running = await startDrill(context, {
    engine: 'containers',
    file,
    args: ['--image', `kong=${image}`],
  });
  const ended = await running.ended;
  assert.equal(ended.exitCode, 3, ended.progress);
  assert.match(ended.progress, /image .* does not tell its version.*\n +→ name another: --image kong=IMAGE/);
  assert.match(await ended.junit(), /<error /);
});

test('engine - a disk that somebody else fills', { skip, timeout: limitMs }, async (context) => {
  const running = await startDrill(context, {
    engine: 'containers',
    file: join(drillsFolder, 'disk-full.yaml'),
  });
  const runId = await running.runId();
  await running.until('phase-started', ({ phase }) => phase === 'configure');
  const container = await containerOf(runId, '-disk');
  const [, folder = ''] =
    /(\S+)\n?$/.exec(await docker(['inspect', container, '--format', '{{(index .Mounts 0).Destination}}'])) ??
    [];
  const fill = `dd if=/dev/zero of=${folder}/somebody-elses bs=65536 2>/dev/null; true`;
  await docker(['exec', container, 'sh', '-c', fill]);
  await assertBroken(await running.ended, /No space left on device/);
  assert.deepEqual(await labelled(`com.kong-drill.run=${runId}`), []);
});

const notRoot = process.getuid?.() === 0 ? false : 'an engine of its own needs root';
test(
  'engine - Docker stopped in the middle of a drill',
  { skip: skip || notRoot, timeout: limitMs },
  async (context) => {
    const variables = environment();
    const images = ['KONG', 'POSTGRES', 'LAB'].map((role) => variables[`KONG_DRILL_IMAGE_${role}`] ?? '');
    await using second = await secondDocker();
    await second.load(images);
    const env = { DOCKER_HOST: second.host, KONG_DRILL_IMAGE_DECK: undefined };
    const running = await startDrill(context, { engine: 'containers', file, env, within: second.within });
    const runId = await running.runId();
    await running.until('phase-started', ({ phase }) => phase === 'change');
    await second.kill();
    await assertBroken(await running.ended, /Docker could not .*: the engine does not answer/);
    await second.start();
    const cleaned = await runCommand([process.execPath, program, 'clean', '--engine', 'containers'], {
      env,
      limitMs,
    });
    assert.ok(cleaned.ok, cleaned.stderr);
    for (const list of ['ps --all', 'network ls', 'volume ls'])
      assert.equal(
        await second.docker(...list.split(' '), '--quiet', '--filter', `label=com.kong-drill.run=${runId}`),
        '',
      );
  },
);

async function containerOf(runId: string, part: string): Promise<string> {
  const label = `label=com.kong-drill.run=${runId}`;
  const names = await docker(['ps', '--filter', label, '--format', '{{.Names}}']);
  const found = names.split('\n').find((name) => name.includes(part));
  assert.ok(found, names);
  return found;
}

async function assertBroken(ended: EndedDrill, message: RegExp): Promise<void> {
  assert.equal(ended.exitCode, 3, ended.progress + ended.output);
  assert.match(ended.progress, message);
  assert.match(await ended.junit(), /<error /);
  const { cases } = await ended.result();
  assert.equal(cases[0]?.outcome, 'failed');
}
