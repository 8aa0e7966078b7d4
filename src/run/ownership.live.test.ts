/** A drill beside what is none of its own and looks as if it were: neither the drill nor `clean` touches any of it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { environment } from '../system/environment.js';
import { enginesToTest, whyNot } from '../testing/engines.js';
import { foreigners } from '../testing/foreigners.js';
import { program, startDrill } from '../testing/running-drill.js';
import { writeSoakDrill } from '../testing/torture/soak-run.js';

const engines = await Promise.all(
  enginesToTest().map(async (engine) => ({ engine, skip: (await whyNot(engine)) ?? false })),
);

// Both at once: what is asked is what is found, not how long it took.
describe('ownership on each engine', { concurrency: 2 }, () => {
  for (const { engine, skip } of engines) {
    test(
      `ownership - what is not the drill's stays as it is, engine ${engine}`,
      { skip, timeout: 600_000 },
      async (context) => {
        const folder = await mkdtemp(join(tmpdir(), 'kd-test-ownership-'));
        context.after(() => rm(folder, { recursive: true, force: true }));
        const running = await startDrill(context, { engine, file: await writeSoakDrill(folder, 0) });
        const others = await foreigners(context, await running.runId(), running.temporaryFolder);
        const { exitCode, progress, output } = await running.ended;
        // On a crowded machine its verdict may be inconclusive; that it ran to its end is what matters here.
        assert.ok(exitCode === 0 || exitCode === 2, progress + output);
        assert.deepEqual(await others.hit(), []);
        const env = { ...environment(), TMPDIR: running.temporaryFolder };
        await promisify(execFile)(process.execPath, [program, 'clean', '--engine', engine], { env });
        assert.deepEqual(await others.hit(), []);
      },
    );
  }
});
