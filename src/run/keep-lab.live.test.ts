/** `run --keep`, as a user types it: the lab of a case that is missed stays up and can be looked into, until `clean`. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { EngineName } from '../engine/engine.js';
import { runCommand } from '../system/command.js';
import { dockerMissing, labelled } from '../testing/docker.js';
import { leftoversOf } from '../testing/leftovers.js';
import { drillsFolder, startDrill } from '../testing/running-drill.js';
import type { EndedDrill, RunningDrill } from '../testing/running-drill.js';

const program = fileURLToPath(new URL('../cli/main.js', import.meta.url));
const limitMs = 60_000;

const leftOf: Readonly<Record<EngineName, (runId: string, folder: string) => Promise<readonly string[]>>> = {
  processes: leftoversOf,
  containers: (runId) => labelled(`com.kong-drill.run=${runId}`),
};

for (const engine of ['processes', 'containers'] as const) {
  test(`run --keep - a missed case leaves its lab up, ${engine}`, { timeout: 300_000 }, async (context) => {
    const missing = engine === 'containers' ? await dockerMissing() : undefined;
    if (missing !== undefined) {
      context.skip(missing);
      return;
    }
    const running = await startDrill(context, { engine, file: await badBackup(context), args: ['--keep'] });
    const runId = await running.runId();
    const ended = await running.ended;
    context.after(() => clean(engine, running));
    assert.equal(ended.exitCode, 1, ended.progress + ended.output);

    const says = (what: string): string => said(ended, what);
    const { status } = await fetch(`${says('Admin API of kong-1')}/services?size=1`);
    assert.equal(status, 200);
    assert.equal((await fetch(`${says('proxy of kong-1')}/no-such-route`)).status, 404);
    const query = `${says('database').replace('exec -it', 'exec')} -tAc "SELECT count(*) > 0 FROM services"`;
    const rows = await runCommand(['sh', '-c', query], { limitMs });
    assert.equal(rows.stdout.trim(), 't', rows.stderr);
    if (engine === 'containers') {
      const shell = says('shell in kong-1').replace('exec -it', 'exec');
      const shown = await runCommand(['sh', '-c', `${shell} -c 'hostname'`], { limitMs });
      assert.equal(shown.stdout.trim(), 'kong-1', shown.stderr);
    } else assert.notEqual(await readFile(join(says('logs'), 'postgres.log'), 'utf8'), '');
    const { cases } = await ended.result();
    const cleanUp = cases[0]?.objectives.find(({ group }) => group === 'clean-up');
    assert.deepEqual(
      [cleanUp?.verdict, cleanUp?.reason.includes('left up, as `--keep` asked')],
      ['met', true],
    );
    await assertEvidenceHolds(ended);

    assert.notDeepEqual(await leftOf[engine](runId, running.temporaryFolder), []);
    await clean(engine, running);
    assert.deepEqual(await leftOf[engine](runId, running.temporaryFolder), []);
  });
}

/** The quickstart with a backup that is not what was expected: missed before anything is destroyed. */
async function badBackup(context: TestContext): Promise<string> {
  const text = await readFile(join(drillsFolder, 'quickstart.yaml'), 'utf8');
  const bad = `kind: database, method: logical, path: kong.dump, sha256: '${'0'.repeat(64)}' }`;
  const folder = await mkdtemp(join(tmpdir(), 'bad-backup-'));
  context.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'kong.dump'), 'PGDMP');
  const file = join(folder, 'bad-backup.yaml');
  await writeFile(
    file,
    text
      .replace('pipeline: fixtures/shop', `pipeline: ${join(drillsFolder, 'fixtures/shop')}`)
      .replace(/kind: database, every: 24h }.*/, bad),
  );
  return file;
}

/** What the terminal gave as the way to something. */
function said({ progress }: EndedDrill, what: string): string {
  const line = progress.split('\n').find((each) => each.startsWith(`  ${what}  `));
  assert.ok(line, progress);
  return line.slice(what.length + 2).trim();
}

/** What goes on in the lab after the end changes no byte of the evidence. */
async function assertEvidenceHolds(ended: EndedDrill): Promise<void> {
  const verified = await runCommand([process.execPath, program, 'verify', await ended.folder()], { limitMs });
  assert.equal(verified.exitCode, 0, verified.stdout + verified.stderr);
}

async function clean(engine: EngineName, { temporaryFolder }: RunningDrill): Promise<void> {
  const env = { TMPDIR: temporaryFolder };
  const cleaned = await runCommand([process.execPath, program, 'clean', '--engine', engine], {
    limitMs,
    env,
  });
  assert.equal(cleaned.exitCode, 0, cleaned.stderr);
}
