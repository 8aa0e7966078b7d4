import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openJournal } from '../journal/journal.js';
import { readJournal } from '../journal/read-journal.js';
import { createRedactor } from '../journal/redaction.js';
import { renderReports } from '../report/files.js';
import { systemClock } from '../system/clock.js';
import { sha256, writeWhole } from '../system/files.js';
import { buildJournal } from '../testing/journal-builder.js';
import type { JournalShape } from '../testing/journal-builder.js';
import { judge } from '../verdict/judge.js';
import { writeManifest } from './manifest.js';
import { openRunFolder, sealRunFolder } from './run-folder.js';
import { verifyRun } from './verify.js';

const keys = generateKeyPairSync('ed25519');
const privatePem = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const otherPem = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();

async function reportsFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'evidence-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A whole run, from its line in the index to its seal. */
async function makeRun(reports: string, shape: JournalShape = {}): Promise<string> {
  const clock = systemClock();
  const [first, ...events] = buildJournal(shape);
  assert.ok(first?.kind === 'run-started');
  const { runId, drill, trigger } = first;
  const run = await openRunFolder({
    reportsFolder: reports,
    runId,
    drill,
    trigger,
    startedUtc: new Date(first.utc),
    clock,
  });
  const onFault = (message: string) => assert.fail(message);
  const journal = await openJournal(run.folder, { clock, redactor: createRedactor(), onFault });
  for (const event of [first, ...events]) journal.record(event);
  await journal.close();
  const result = judge(readJournal(journal.file));
  await redraw(run.folder);
  await sealRunFolder(run, result, privatePem);
  return run.folder;
}

/** Judges and draws everything anew, as an honest tool or a careful forger does. */
async function redraw(folder: string): Promise<void> {
  const result = judge(readJournal(join(folder, 'journal.ndjson')));
  for (const [name, text] of await renderReports(result, { baseFolder: 'reports' }))
    await writeWhole(join(folder, name), text);
}

const bad = async (folder: string, publicKeyPem?: string) => {
  const { checks } = await verifyRun(folder, publicKeyPem === undefined ? {} : { publicKeyPem });
  return checks.filter((it) => it.verdict === 'bad').map((it) => it.name);
};

test('verify - a run as it was left: everything is good, with the key; without, authorship is unproven', async (context) => {
  const folder = await makeRun(await reportsFolder(context));
  const withKey = await verifyRun(folder, { publicKeyPem: publicPem });
  assert.deepEqual(
    withKey.checks.map((it) => [it.name, it.verdict, it.details]),
    [
      ['manifest', 'good', []],
      ['signature', 'good', []],
      ['index', 'good', []],
      ['journal', 'good', []],
      ['reports', 'good', []],
    ],
  );
  const without = await verifyRun(folder);
  assert.equal(without.ok, true);
  assert.match(without.checks[1]?.details[0] ?? '', /integrity only, authorship unproven/);
});

test('verify - latest leads to the newest run', async (context) => {
  const reports = await reportsFolder(context);
  await makeRun(reports);
  const newest = await makeRun(reports);
  assert.equal(await readlink(join(dirname(newest), 'latest')), basename(newest));
});

test('verify - one changed byte, anywhere in journal, reports, manifest, signature or index, is caught', async (context) => {
  const reports = await reportsFolder(context);
  const folder = await makeRun(reports);
  const files = [...(await readdir(folder)).map((name) => join(folder, name)), join(reports, 'index.ndjson')];
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 40; round += 1) {
    const file = files[round % files.length] ?? '';
    const original = await readFile(file);
    const changed = Buffer.from(original);
    const at = random(changed.length);
    changed[at] = ((changed[at] ?? 0) + 1 + random(255)) % 256;
    await writeFile(file, changed);
    assert.notDeepEqual(
      await bad(folder, publicPem),
      [],
      `${basename(file)} byte ${at} of ${changed.length}`,
    );
    await writeFile(file, original);
  }
  assert.deepEqual(await bad(folder, publicPem), []);
});

test('verify - a file that was added or removed is named', async (context) => {
  const folder = await makeRun(await reportsFolder(context));
  await writeFile(join(folder, 'extra.txt'), 'x');
  await rm(join(folder, 'report.md'));
  const { checks } = await verifyRun(folder);
  assert.deepEqual(checks[0]?.details, ['report.md is missing', 'extra.txt is not in the manifest']);
});

async function editJournal(folder: string, edit: (text: string) => string): Promise<void> {
  const file = join(folder, 'journal.ndjson');
  const before = await readFile(file, 'utf8');
  const after = edit(before);
  assert.notEqual(after, before);
  await writeFile(file, after);
}

for (const [what, edit] of [
  ['the rehearsal mark taken out', (text: string) => text.replace('"rehearsal":true', '"rehearsal":false')],
  ['a figure made better', (text: string) => text.replace('"missing":1', '"missing":0')],
  ['an event taken out', (text: string) => text.replace(/^.*"kind":"cleaned-up".*\n/m, '')],
] as const) {
  test(`verify - a coherent forgery, ${what}, with reports and manifest drawn anew, is caught`, async (context) => {
    const reports = await reportsFolder(context);
    const folder = await makeRun(reports, { rehearsal: true, cases: [{ edit: lose }] });
    await editJournal(folder, edit);
    await redraw(folder);
    await writeManifest(folder);
    assert.ok((await bad(folder)).includes('index'));
    assert.ok((await bad(folder, publicPem)).includes('signature'));
  });
}

const lose: NonNullable<NonNullable<JournalShape['cases']>[number]['edit']> = (event) =>
  event.kind === 'comparison'
    ? [{ ...event, kinds: event.kinds.map((kind) => ({ ...kind, missing: 1, after: kind.after - 1 })) }]
    : [event];

test('verify - a result that is not what its journal gives is named with its line', async (context) => {
  const folder = await makeRun(await reportsFolder(context));
  const file = join(folder, 'result.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace('"verdict": "met"', '"verdict": "missed"'));
  const { checks } = await verifyRun(folder);
  assert.match(
    checks.at(-1)?.details[0] ?? '',
    /result\.json is not what the journal gives, line \d+: expected "verdict": "met"/,
  );
});

test('verify - another key, and a signature taken away', async (context) => {
  const folder = await makeRun(await reportsFolder(context));
  assert.deepEqual(await bad(folder, otherPem), ['signature']);
  await rm(join(folder, 'MANIFEST.sha256.sig'));
  assert.deepEqual(await bad(folder, publicPem), ['signature']);
  await assert.rejects(verifyRun(folder, { publicKeyPem: 'no key' }), /expected an Ed25519 public key/);
});

for (const [what, edit] of [
  ['a run taken out', (lines: string[]) => lines.toSpliced(2, 2)],
  ['runs reordered', (lines: string[]) => [lines[2], lines[3], lines[0], lines[1]]],
  ['an end taken out', (lines: string[]) => lines.toSpliced(5, 1)],
] as const) {
  test(`verify - the index, ${what}, is caught by the run that is left`, async (context) => {
    const reports = await reportsFolder(context);
    await makeRun(reports);
    await makeRun(reports);
    const folder = await makeRun(reports);
    const file = join(reports, 'index.ndjson');
    const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
    await writeFile(
      file,
      edit(lines)
        .map((line) => `${line}\n`)
        .join(''),
    );
    assert.deepEqual(await bad(folder), ['index']);
  });
}

test('verify - a folder copied to where no other run is known: the index is unproven, the rest is good', async (context) => {
  const folder = await makeRun(await reportsFolder(context));
  const elsewhere = join(await reportsFolder(context), 'postgres-lost', basename(folder));
  await cp(folder, elsewhere, { recursive: true });
  const { ok, checks } = await verifyRun(elsewhere, { publicKeyPem: publicPem });
  assert.equal(ok, true);
  assert.equal(checks.find((it) => it.name === 'index')?.verdict, 'unproven');
});

test('verify - the manifest is one that sha256sum reads', async (context) => {
  const folder = await makeRun(await reportsFolder(context));
  const [line = ''] = (await readFile(join(folder, 'MANIFEST.sha256'), 'utf8')).split('\n');
  assert.equal(line, `${sha256(await readFile(join(folder, line.slice(66))))}  ${line.slice(66)}`);
});
