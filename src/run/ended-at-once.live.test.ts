/** A runner that ends at once, in the middle of a drill: its journal is whole, and `clean` of its engine removes the rest. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineName } from '../engine/engine.js';
import { runCommand } from '../system/command.js';
import { processEntry, sendSignal } from '../system/process-table.js';
import { enginesToTest, leftOf, whyNot } from '../testing/engines.js';
import { program, startDrill } from '../testing/running-drill.js';
import type { RunningDrill, Scope } from '../testing/running-drill.js';
import { writeSoakDrill } from '../testing/torture/soak-run.js';

const engines = await Promise.all(
  enginesToTest().map(async (engine) => ({ engine, skip: (await whyNot(engine)) ?? false })),
);

// Both engines at once: what is asked is what is left, not how long it took.
describe('ended at once', { concurrency: 2 }, () => {
  for (const { engine, skip } of engines) describe(engine, { skip, concurrency: 1 }, () => ofEngine(engine));
});

function ofEngine(engine: EngineName): void {
  test(
    `Ctrl-C twice - stops at once, and clean leaves nothing, engine ${engine}`,
    { timeout: 300_000 },
    async (context) => {
      const { running, command } = await inBackUp(context, engine);
      running.kill('SIGINT');
      await running.untilSays('Once more stops at once');
      const secondAt = performance.now();
      running.kill('SIGINT');
      assert.equal((await running.ended).exitCode, 130);
      assert.ok(performance.now() - secondAt < 5_000);
      await assertCleanNeeded(running, engine);
      assert.equal(await processEntry(command), undefined);
    },
  );

  test(
    `kill -9 - the journal is readable, and clean leaves nothing, engine ${engine}`,
    { timeout: 300_000 },
    async (context) => {
      const { running, command } = await inBackUp(context, engine);
      running.kill('SIGKILL');
      assert.equal((await running.ended).exitCode, null);
      assert.ok(await processEntry(command), 'the command goes on');
      await assertCleanNeeded(running, engine);
      assert.equal(await processEntry(command), undefined);
    },
  );
}

/** A drill whose backup is fetched by a command that never ends. @returns the pid of that command, too. */
async function inBackUp(
  scope: Scope,
  engine: EngineName,
): Promise<{ running: RunningDrill; command: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'kd-test-ended-'));
  scope.after(() => rm(folder, { recursive: true, force: true }));
  const pidFile = join(folder, 'pid');
  const words = `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => undefined, 1_000)`;
  const artifact = { kind: 'database', every: '24h', command: [process.execPath, '-e', words] };
  const file = await writeSoakDrill(folder, 0, {
    name: 'a command that never ends',
    drill: () => ({
      artifacts: { nightly: artifact },
      failure: [{ kind: 'lose', target: 'postgres' }],
      recovery: { restore: [{ stage: 'database-restore', from: 'nightly' }] },
    }),
    exitCodes: [],
    said: /./,
  });
  const running = await startDrill(scope, { engine, file });
  await running.until('phase-started', ({ phase }) => phase === 'back-up');
  for (;;) {
    const pid = await readFile(pidFile, 'utf8').catch(() => '');
    if (pid !== '') {
      scope.after(() => sendSignal(Number(pid), 'SIGKILL'));
      return { running, command: Number(pid) };
    }
    await sleep(20);
  }
}

/** The run was not ended in order, and something of it is there, until `clean` was called for its engine. */
async function assertCleanNeeded(running: RunningDrill, engine: EngineName): Promise<void> {
  const kinds = (await running.events()).map(({ kind }) => kind);
  assert.ok(kinds.includes('run-started') && !kinds.includes('run-ended'), kinds.join());
  const left = async () => leftOf(engine, await running.runId(), running.temporaryFolder);
  assert.notDeepEqual(await left(), []);
  const env = { ...process.env, TMPDIR: running.temporaryFolder };
  const clean = await runCommand([process.execPath, program, 'clean', '--engine', engine], { env });
  assert.equal(clean.exitCode, 0, clean.stderr);
  assert.deepEqual(await left(), [], clean.stdout);
}
