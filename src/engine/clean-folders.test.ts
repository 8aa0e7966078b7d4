/** Folders of dead runs, by engine; processes that carry their mark. `processes/clean.live.test` tries it on a lab. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { systemClock } from '../system/clock.js';
import { processEntry } from '../system/process-table.js';
import { cleanFolders } from './clean-folders.js';
import type { EngineName } from './engine.js';
import { makeOwnedFolder, marksOf, ownerFile } from './owned-folder.js';
import type { Owner } from './owned-folder.js';

test('clean folders - those of dead runs of the engine go, with the processes that carry their mark', async (context) => {
  const temporary = await mkdtemp(join(tmpdir(), 'kd-folders-'));
  context.after(() => rm(temporary, { recursive: true, force: true }));
  const alive = await makeOwnedFolder({ engine: 'containers', runId: 'alive', caseId: 'c' }, temporary);
  const dead = (engine: EngineName): Owner => ({
    ...alive.owner,
    engine,
    runId: `dead-in-${engine}`,
    mark: `the mark of a dead run in ${engine}`,
    runner: { pid: process.pid, startedAt: 'before the last boot' },
  });
  const owners = [dead('containers'), dead('processes')];
  for (const owner of owners) {
    const folder = join(temporary, `kong-drill-${owner.runId}`);
    await mkdir(folder, { mode: 0o711 });
    await writeFile(join(folder, ownerFile), JSON.stringify(owner));
  }
  const pids = await Promise.all([alive.owner, ...owners].map((owner) => startMarked(context, owner)));
  const clean = (engine?: EngineName) =>
    cleanFolders([temporary], {
      ...(engine && { engine }),
      clock: systemClock(),
      signal: AbortSignal.timeout(30_000),
    });
  const living = async () => {
    const entries = await Promise.all(pids.map(processEntry));
    return entries.map((entry) => entry !== undefined);
  };

  const said = await clean('containers');
  assert.deepEqual(said, [
    `ended sleep (pid ${pids[1]}) of run dead-in-containers`,
    `removed ${join(temporary, 'kong-drill-dead-in-containers')} of run dead-in-containers`,
  ]);
  assert.deepEqual(await living(), [true, false, true]);
  assert.deepEqual(
    (await readdir(temporary)).map((name) => join(temporary, name)).sort(),
    [alive.path, join(temporary, 'kong-drill-dead-in-processes')].sort(),
  );
  await clean();
  assert.deepEqual(await living(), [true, false, false]);
  assert.deepEqual(
    (await readdir(temporary)).map((name) => join(temporary, name)),
    [alive.path],
  );
});

async function startMarked(context: TestContext, owner: Owner): Promise<number> {
  const env = { ...process.env, ...marksOf(owner) };
  const child = spawn('sleep', ['600'], { env, stdio: 'ignore' });
  context.after(() => child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child.pid ?? 0;
}
