/** `kill -9` at fifty random moments of a real drill: the folder still gives valid reports, which say what is missing. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { rebuildReports } from '../evidence/rebuild-reports.js';
import { runResultSchema } from '../model/verdict.js';
import { missingOf } from '../report/missing.js';
import { junitFaults, withoutJunitSchema } from '../testing/junit-schema.js';
import { drillsFolder, startDrill } from '../testing/running-drill.js';
import { seeded } from '../testing/sealed-run.js';

const rounds = 50;
/** Longer than the drill takes on a quiet machine: some of the moments come after its end. */
const longestMs = 45_000;
const program = fileURLToPath(new URL('../cli/main.js', import.meta.url));
const isResult = new Ajv2020({ strict: false }).compile(runResultSchema);
const random = seeded(20_261_125);

for (let round = 1; round <= rounds; round += 1) {
  const atMs = random(longestMs);
  test(`kill -9 ${round} of ${rounds}, ${atMs} ms after the run was entered`, async (context) => {
    const file = join(drillsFolder, 'quickstart.yaml');
    const drill = await startDrill(context, { engine: 'processes', file });
    await drill.runId();
    await Promise.race([sleep(atMs), drill.ended]);
    drill.kill('SIGKILL');
    const ended = await drill.ended;
    try {
      const folder = await ended.folder();
      const wasSealed = existsSync(join(folder, 'MANIFEST.sha256'));
      const { result } = await rebuildReports(
        folder,
        wasSealed ? { junit: {}, out: join(folder, '..', 'again') } : { junit: {} },
      );
      assert.ok(isResult(JSON.parse(JSON.stringify(result))), JSON.stringify(isResult.errors?.[0]));
      assert.equal(missingOf(result).length === 0, result.complete);
      const shown = wasSealed ? join(folder, '..', 'again') : folder;
      const junit = await readFile(join(shown, 'TEST-quickstart.xml'), 'utf8');
      if (withoutJunitSchema === false) assert.deepEqual(await junitFaults(junit), []);
      if (result.cases.some((it) => it.outcome === 'unfinished')) assert.match(junit, /type="runner-failed"/);
    } finally {
      const env = { ...process.env, TMPDIR: drill.temporaryFolder };
      await promisify(execFile)(process.execPath, [program, 'clean', '--engine', 'processes'], { env });
    }
  });
}
