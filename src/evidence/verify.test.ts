import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { sha256 } from '../system/files.js';
import type { JournalShape } from '../testing/journal-builder.js';
import {
  changeOneByte,
  keepLine,
  keyPair,
  makeRun,
  rebuildIndex,
  redraw,
  reforge,
  seeded,
} from '../testing/sealed-run.js';
import { writeManifest } from './manifest.js';
import { verifyRun } from './verify.js';

const ours = keyPair();
const theirs = keyPair();
const signingKeyPem = ours.privatePem;
const publicKeyPem = ours.publicPem;

async function reportsFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'evidence-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const bad = async (folder: string, key?: string) => {
  const { checks } = await verifyRun(folder, key === undefined ? {} : { publicKeyPems: [key] });
  return checks.filter((it) => it.verdict === 'bad').map((it) => it.name);
};

test('verify - a run as it was left: everything is good, with the key; without, authorship is unproven', async (context) => {
  const folder = await makeRun(await reportsFolder(context), { signingKeyPem });
  const withKey = await verifyRun(folder, { publicKeyPems: [publicKeyPem] });
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

test('verify - one changed byte, anywhere in journal, reports, manifest, signature or index, is caught and its file named', async (context) => {
  const reports = await reportsFolder(context);
  await makeRun(reports, { signingKeyPem });
  const folder = await makeRun(reports, { signingKeyPem });
  const random = seeded(7);
  for (let round = 0; round < 150; round += 1) {
    const { file, at, undo } = await changeOneByte(folder, round, random);
    const { ok, checks } = await verifyRun(folder, { publicKeyPems: [publicKeyPem] });
    const faults = checks.filter((it) => it.verdict === 'bad').flatMap((it) => it.details);
    assert.equal(ok, false, `${file} byte ${at}`);
    assert.ok(
      faults.some((it) => it.includes(basename(file))),
      `${file} byte ${at}: ${faults.join('; ')}`,
    );
    await undo();
  }
  assert.deepEqual(await bad(folder, publicKeyPem), []);
});

test('verify - a file that was added or removed is named', async (context) => {
  const folder = await makeRun(await reportsFolder(context));
  await writeFile(join(folder, 'extra.txt'), 'x');
  await rm(join(folder, 'report.md'));
  const { checks } = await verifyRun(folder);
  assert.deepEqual(checks[0]?.details, ['report.md is missing', 'extra.txt is not in the manifest']);
});

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

const lose: NonNullable<NonNullable<JournalShape['cases']>[number]['edit']> = (event) =>
  event.kind === 'comparison'
    ? [{ ...event, kinds: event.kinds.map((kind) => ({ ...kind, missing: 1, after: kind.after - 1 })) }]
    : [event];

async function editJournal(folder: string, edit: (text: string) => string): Promise<void> {
  const file = join(folder, 'journal.ndjson');
  const before = await readFile(file, 'utf8');
  const after = edit(before);
  assert.notEqual(after, before);
  await writeFile(file, after);
}

const withoutRehearsal = (text: string): string => text.replace('"rehearsal":true', '"rehearsal":false');
const withoutLoss = (text: string): string => text.replaceAll('"missing":1', '"missing":0');

for (const [what, edit] of [
  ['1, the rehearsal mark taken out', withoutRehearsal],
  ['2, a figure made better', withoutLoss],
  ['3, an event taken out', (text: string) => text.replace(/^.*"kind":"cleaned-up".*\n/m, '')],
  ['4, the bad end of the run cut off', (text: string) => text.replace(/^.*"kind":"comparison"[\s\S]*/m, '')],
] as const) {
  test(`verify - coherent forgery ${what}, with all reports and the manifest made anew, is caught by the index`, async (context) => {
    const folder = await makeRun(await reportsFolder(context), {
      shape: { rehearsal: true, cases: [{ edit: lose }] },
      signingKeyPem,
    });
    await editJournal(folder, edit);
    await redraw(folder);
    await writeManifest(folder);
    assert.ok((await bad(folder)).includes('index'));
    assert.ok((await bad(folder, publicKeyPem)).includes('signature'));
  });
}

for (const [what, edit] of [
  ['5, a figure made better', withoutLoss],
  ['6, the rehearsal mark taken out', withoutRehearsal],
] as const) {
  test(`verify - coherent forgery ${what}, and the index made anew too: the key tells, and without it verify says that it cannot`, async (context) => {
    const folder = await makeRun(await reportsFolder(context), {
      shape: { rehearsal: true, cases: [{ edit: lose }] },
      signingKeyPem,
    });
    await editJournal(folder, edit);
    await reforge(folder);
    assert.deepEqual(await bad(folder, publicKeyPem), ['signature']);
    const { ok, limits } = await verifyRun(folder);
    assert.equal(ok, true);
    assert.match(limits.join('\n'), /Without a public key .* edit the journal, take out a rehearsal mark/);
  });
}

test('verify - coherent forgery 7, all made anew and signed with another key; 8, the signature taken away', async (context) => {
  const folder = await makeRun(await reportsFolder(context), { shape: { rehearsal: true }, signingKeyPem });
  await editJournal(folder, withoutRehearsal);
  await reforge(folder, theirs.privatePem);
  assert.deepEqual(await bad(folder, theirs.publicPem), [], 'a flawless forgery');
  assert.deepEqual(await bad(folder, publicKeyPem), ['signature']);
  await rm(join(folder, 'MANIFEST.sha256.sig'));
  assert.deepEqual(await bad(folder, publicKeyPem), ['signature']);
  await assert.rejects(verifyRun(folder, { publicKeyPems: ['no key'] }), /expected an Ed25519 public key/);
});

/** Each run has two lines: its start, its end. */
const editsOfIndex = [
  ['9, a run taken out', <T>(lines: readonly T[]) => lines.toSpliced(2, 2)],
  [
    '10, runs reordered',
    <T>(lines: readonly T[]) => [2, 3, 0, 1, 4, 5].flatMap((at) => lines.slice(at, at + 1)),
  ],
  ['11, an end taken out', <T>(lines: readonly T[]) => lines.toSpliced(5, 1)],
] as const;

for (const [what, edit] of editsOfIndex) {
  test(`verify - coherent forgery ${what} of the index, is caught by a run that is left`, async (context) => {
    const reports = await reportsFolder(context);
    await makeRun(reports);
    await makeRun(reports);
    const folder = await makeRun(reports);
    const file = join(reports, 'index.ndjson');
    const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
    await writeFile(file, `${edit(lines).join('\n')}\n`);
    assert.deepEqual(await bad(folder), ['index']);
  });

  test(`verify - coherent forgery ${what} of an index whose every hash is made anew, is caught by a later run`, async (context) => {
    const reports = await reportsFolder(context);
    await makeRun(reports, { signingKeyPem });
    await makeRun(reports, { signingKeyPem });
    const folder = await makeRun(reports, { signingKeyPem });
    await rebuildIndex(reports, edit);
    assert.deepEqual(await bad(folder), ['index']);
    await keepLine(folder);
    await writeManifest(folder);
    await rebuildIndex(reports);
    assert.notDeepEqual(
      await bad(folder, publicKeyPem),
      [],
      'also if that run is made to fit: its key tells',
    );
  });
}

test('verify - coherent forgery 12, the newest run taken off the end: no trace, and verify says so', async (context) => {
  const reports = await reportsFolder(context);
  const folder = await makeRun(reports, { signingKeyPem });
  const newest = await makeRun(reports, { shape: { cases: [{ edit: lose }] }, signingKeyPem });
  await rm(newest, { recursive: true });
  await rebuildIndex(reports, (lines) => lines.slice(0, 2));
  const { ok, limits } = await verifyRun(folder, { publicKeyPems: [publicKeyPem] });
  assert.equal(ok, true);
  assert.match(limits.join('\n'), /can be taken off the end of the index/);
});

test('verify - coherent forgery 13, a good run shown in the place of a bad one', async (context) => {
  const reports = await reportsFolder(context);
  const good = await makeRun(reports, { signingKeyPem });
  const poor = await makeRun(reports, { shape: { cases: [{ edit: lose }] }, signingKeyPem });
  await rm(poor, { recursive: true });
  await cp(good, poor, { recursive: true });
  assert.deepEqual(await bad(poor, publicKeyPem), ['index']);
});

test('verify - coherent forgery 14, one run shown as two', async (context) => {
  const folder = await makeRun(await reportsFolder(context), { signingKeyPem });
  const twice = `${folder}-2`;
  await cp(folder, twice, { recursive: true });
  assert.deepEqual(await bad(twice, publicKeyPem), ['index']);
});

test('verify - coherent forgery 15, a run of last year dated today', async (context) => {
  const folder = await makeRun(await reportsFolder(context), { signingKeyPem });
  const today = folder.replace('2026-11-23T22', '2027-11-23T22');
  assert.notEqual(today, folder);
  await rename(folder, today);
  await editJournal(today, (text) => text.replace('2026-11-23T22', '2027-11-23T22'));
  await rebuildIndex(dirname(dirname(folder)), (lines) =>
    lines.map((line) => ({ ...line, folder: String(line.folder).replace('2026', '2027') })),
  ).catch(() => undefined);
  await reforge(today);
  assert.deepEqual(await bad(today, publicKeyPem), ['signature']);
});

test('verify - coherent forgery 16, made by whoever holds the key: no trace, and verify says so', async (context) => {
  const folder = await makeRun(await reportsFolder(context), { shape: { rehearsal: true }, signingKeyPem });
  await editJournal(folder, withoutRehearsal);
  await reforge(folder, signingKeyPem);
  const { ok, limits } = await verifyRun(folder, { publicKeyPems: [publicKeyPem] });
  assert.equal(ok, true);
  assert.match(limits.join('\n'), /Whoever holds the signing key can make up a run/);
});

test('verify - runs that began and never ended are named to whoever reads another run', async (context) => {
  const reports = await reportsFolder(context);
  const killed = await makeRun(reports, { sealed: false });
  const folder = await makeRun(reports);
  const index = (await verifyRun(folder)).checks.find((it) => it.name === 'index');
  assert.equal(index?.verdict, 'good');
  assert.match(index.details[0] ?? '', new RegExp(`never ended .*${basename(killed)}`));
  assert.deepEqual(await bad(killed), ['manifest', 'index', 'reports']);
});

test('verify - a folder copied to where no other run is known: the index is unproven, the rest is good', async (context) => {
  const folder = await makeRun(await reportsFolder(context), { signingKeyPem });
  const elsewhere = join(await reportsFolder(context), 'postgres-lost', basename(folder));
  await cp(folder, elsewhere, { recursive: true });
  const { ok, checks } = await verifyRun(elsewhere, { publicKeyPems: [publicKeyPem] });
  assert.equal(ok, true);
  assert.equal(checks.find((it) => it.name === 'index')?.verdict, 'unproven');
});

test('verify - the manifest is one that sha256sum reads', async (context) => {
  const folder = await makeRun(await reportsFolder(context));
  const [line = ''] = (await readFile(join(folder, 'MANIFEST.sha256'), 'utf8')).split('\n');
  assert.equal(line, `${sha256(await readFile(join(folder, line.slice(66))))}  ${line.slice(66)}`);
});
