/** `kong-drill merge`, as a CI job types it: shards that ran, that could not be started, and that were merged before. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { DrillError } from '../model/drill-error.js';
import { buildJournal, exampleDrill } from '../testing/journal-builder.js';
import { makeRun } from '../testing/sealed-run.js';
import { apart } from '../testing/shards.js';
import { unstartedBy } from '../evidence/unstarted.js';
import { writeUnstarted } from '../run/write-reports.js';
import { asProgram } from './testing/as-program.js';

const stage = exampleDrill.recovery['restore-db'] ?? [];
const name = exampleDrill.name;
const journals = apart(
  buildJournal({
    drill: { recovery: { 'restore-db': stage, 'replay-ci': stage } },
    cases: [{}, { recovery: 'replay-ci' }],
  }),
  2,
);
const noDocker = new DrillError('engine', 'no Docker engine at /run/docker.sock', 'start Docker');

async function machine(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'kong-drill-merge-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const kongDrill = (...args: string[]) => asProgram(args, folder);
  const ran = (index: number) =>
    makeRun(join(folder, `${index}`), { events: journals[index - 1] ?? [], sealed: true });
  const broke = (index: number) =>
    writeUnstarted(join(folder, `${index}`), unstartedBy(noDocker, name, { index, of: 2 }));
  const junit = () => readFile(join(folder, 'merged', name, 'latest', `TEST-${name}.xml`), 'utf8');
  return { folder, kongDrill, ran, broke, junit };
}

test('merge - a shard that could not be started: why, in the JUnit file too, and where the others are', async (context) => {
  const { kongDrill, ran, broke, junit } = await machine(context);
  await ran(1);
  await broke(2);
  const { code, err } = kongDrill('merge', '1', '2', '--out', 'merged');
  assert.equal(code, 3);
  assert.match(
    err,
    /^postgres-lost: shard 2 of 2 could not be started: no Docker engine at \/run\/docker\.sock\n/,
  );
  assert.match(err, /→ start Docker; what the other shards found is in 1\/postgres-lost\/\S+\n$/);
  const [said] = /<error [^>]*>/.exec(await junit()) ?? [];
  assert.match(said ?? '', /message="shard 2 of 2 could not be started: no Docker engine/);
});

test('merge - no shard could be started: every reason, one JUnit file', async (context) => {
  const { kongDrill, broke, junit } = await machine(context);
  await broke(1);
  await broke(2);
  const { code, err } = kongDrill('merge', '1', '2', '--out', 'merged');
  assert.equal(code, 3);
  assert.match(
    err,
    /shard 1 of 2 could not be started: .*; shard 2 of 2 could not be started: .*\n +→ start Docker\n$/,
  );
  assert.match(await junit(), /<error /);
});

test('merge - a shard that could not be started is found where `latest` is a file that holds a name', async (context) => {
  const { folder, kongDrill, ran, broke } = await machine(context);
  await ran(1);
  const latest = join(folder, '2', name, 'latest');
  const unstarted = await broke(2);
  await rm(latest);
  await writeFile(latest, `${basename(unstarted)}\n`);
  const { code, err } = kongDrill('merge', '1', '2', '--out', 'merged');
  assert.equal(code, 3);
  assert.match(err, /shard 2 of 2 could not be started/);
});

test('merge - a shard that ran after it could not be started is merged, one that broke again is not', async (context) => {
  const { kongDrill, ran, broke } = await machine(context);
  await ran(1);
  await broke(2);
  await ran(2);
  assert.equal(kongDrill('merge', '1', '2', '--out', 'merged').code, 0);
  await broke(1);
  assert.equal(kongDrill('merge', '1', '2', '--out', 'merged').code, 3);
});

test('merge - twice of the same shards is one run, with the same exit code', async (context) => {
  const { folder, kongDrill, ran } = await machine(context);
  await ran(1);
  await ran(2);
  const first = kongDrill('merge', '1', '2', '--out', 'merged');
  const second = kongDrill('merge', '2', '1', '--out', 'merged');
  assert.deepEqual([first.code, second.code], [0, 0], first.err + second.err);
  assert.match(
    second.err,
    /^these shards were merged before, nothing is written: merged\/postgres-lost\/\S+\n$/,
  );
  assert.equal(second.out, first.out);
  const runs = await readdir(join(folder, 'merged', name));
  assert.equal(runs.filter((it) => it !== 'latest').length, 1, runs.join(' '));
});

test('merge - a machine that wrote nothing', async (context) => {
  const { kongDrill, ran } = await machine(context);
  await ran(1);
  const { code, err } = kongDrill('merge', '1', '2', '--out', 'merged');
  assert.equal(code, 4);
  assert.match(err, /no shard at 2: there is nothing of that name\n +→ look at what the machine said/);
});

test('verify - of a drill whose newest run could not be started: why, and the last that left evidence', async (context) => {
  const { kongDrill, ran, broke } = await machine(context);
  await broke(1);
  assert.match(
    kongDrill('verify', `1/${name}/latest`).err,
    /no run at 1\/postgres-lost\/latest: it could not be started: no Docker engine.*\n +→ run the drill again/,
  );
  await ran(1);
  await broke(1);
  assert.match(
    kongDrill('verify', `1/${name}/latest`).err,
    /could not be started: no Docker.*\n +→ the last run that left evidence: 1\/postgres-lost\/2026-/,
  );
});
