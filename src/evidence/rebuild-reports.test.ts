import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { runResultSchema } from '../model/verdict.js';
import { missingOf } from '../report/missing.js';
import { junitFaults, withoutJunitSchema } from '../testing/junit-schema.js';
import { makeRun, seeded } from '../testing/sealed-run.js';
import { readRun } from './read-run.js';
import { rebuildReports } from './rebuild-reports.js';
import { verifyRun } from './verify.js';

const isResult = new Ajv2020({ strict: false }).compile(runResultSchema);
const twoCases = { cases: [{}, { recovery: 'restore-db', repetition: 2 }] };

async function reportsFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rebuild-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What `kill -9` leaves: everything up to the event, and half of the line after it. */
async function cutAfter(folder: string, lines: readonly string[], kept: number): Promise<void> {
  const half = lines[kept]?.slice(0, (lines[kept].length + 1) >> 1) ?? '';
  const text = lines.slice(0, kept).map((line) => `${line}\n`);
  await writeFile(join(folder, 'journal.ndjson'), `${text.join('')}${half}`);
}

test('report - a journal that breaks off after any of its events: valid JSON and JUnit, which say what is missing', async (context) => {
  const folder = await makeRun(await reportsFolder(context), { shape: twoCases, sealed: false });
  const text = await readFile(join(folder, 'journal.ndjson'), 'utf8');
  const lines = text.split('\n').slice(0, -1);
  const lastEnd = lines.findLastIndex((line) => line.includes('"kind":"case-ended"'));
  assert.ok(lastEnd > 80);
  for (let kept = 0; kept <= lastEnd; kept += 1) {
    await cutAfter(folder, lines, kept);
    const { files } = await rebuildReports(folder, { junit: {} });
    assert.deepEqual(files, ['result.json', 'TEST-postgres-lost.xml', 'report.md', 'report.html']);
    const result = JSON.parse(await readFile(join(folder, 'result.json'), 'utf8')) as Parameters<
      typeof missingOf
    >[0];
    assert.ok(isResult(result), JSON.stringify(isResult.errors?.[0]));
    assert.notEqual(result.verdict, 'met', `after ${kept} events`);
    const missing = missingOf(result);
    assert.ok(missing.length > 0);
    const junit = await readFile(join(folder, 'TEST-postgres-lost.xml'), 'utf8');
    assert.match(junit, /<error [^>]*type="runner-failed"/, `after ${kept} events`);
    if (withoutJunitSchema === false && kept % 10 === 0) assert.deepEqual(await junitFaults(junit), []);
    const html = await readFile(join(folder, 'report.html'), 'utf8');
    assert.match(html, /The record of this run is not complete/);
  }
});

test('report - a journal cut at any of its bytes: valid JSON and JUnit, which say what is missing', async (context) => {
  const folder = await makeRun(await reportsFolder(context), {
    shape: { ...twoCases, drill: { title: 'Größe – 数据库 🦍' } },
    sealed: false,
  });
  const file = join(folder, 'journal.ndjson');
  const whole = await readFile(file);
  const [random, end] = [seeded(17), whole.lastIndexOf('"kind":"run-ended"')];
  // Within the first event, too: of that nothing but the line in the index is known.
  const cuts = [0, 1, 700, end, ...Array.from({ length: 40 }, () => random(end))];
  for (const at of cuts) {
    await writeFile(file, whole.subarray(0, at));
    const { result } = await rebuildReports(folder, { junit: {} });
    const written: unknown = JSON.parse(await readFile(join(folder, 'result.json'), 'utf8'));
    assert.ok(isResult(written), JSON.stringify(isResult.errors?.[0]));
    assert.equal(result.complete, false, `cut at byte ${at}`);
    assert.ok(missingOf(result).length > 0);
    const junit = await readFile(join(folder, 'TEST-postgres-lost.xml'), 'utf8');
    if (withoutJunitSchema === false) assert.deepEqual(await junitFaults(junit), [], `cut at byte ${at}`);
    if (result.cases.some((it) => it.outcome === 'unfinished') || result.cases.length === 0)
      assert.match(junit, /<error [^>]*type="runner-failed"/, `cut at byte ${at}`);
  }
});

test('report - killed before the first event: what the index knows, and nothing else', async (context) => {
  const folder = await makeRun(await reportsFolder(context), { sealed: false });
  await rm(join(folder, 'journal.ndjson'));
  for (const lost of ['nothing', 'index-line.json']) {
    await rm(join(folder, lost), { force: true });
    const result = await readRun(folder);
    assert.equal(result.drill.name, 'postgres-lost');
    assert.equal(result.engine, 'not recorded');
    assert.deepEqual(missingOf(result), ['The run was killed before it recorded what it was to do.']);
  }
  await rm(join(folder, '..', '..', 'index.ndjson'));
  await assert.rejects(readRun(folder), /nothing was started/);
});

test('report - a sealed run gets back what was lost of its reports, byte for byte, and its seal holds', async (context) => {
  const folder = await makeRun(await reportsFolder(context));
  for (const name of ['report.html', 'result.json', 'report.md']) await rm(join(folder, name));
  await rebuildReports(folder, { junit: { baseFolder: 'somewhere else' } });
  assert.deepEqual(
    (await verifyRun(folder)).checks.flatMap((it) => (it.verdict === 'bad' ? it.details : [])),
    [],
  );
});

test('report - never breaks a seal: what would come out otherwise goes to another folder', async (context) => {
  const reports = await reportsFolder(context);
  const folder = await makeRun(reports);
  const file = join(folder, 'journal.ndjson');
  await writeFile(
    file,
    (await readFile(file, 'utf8')).replace('"engine":"processes"', '"engine":"containers"'),
  );
  const before = await readFile(join(folder, 'result.json'), 'utf8');
  await assert.rejects(
    rebuildReports(folder, { junit: {} }),
    /would not be the one that this run was sealed with/,
  );
  assert.equal(await readFile(join(folder, 'result.json'), 'utf8'), before);
  const out = join(reports, 'again');
  await rebuildReports(folder, { out, junit: {} });
  assert.equal((await readdir(out)).length, 4);
  assert.ok(!existsSync(join(out, 'journal.ndjson')));
});
