import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { systemClock } from '../system/clock.js';
import { changeOneByte, keyPair, makeRun, seeded } from '../testing/sealed-run.js';
import { signOff } from './sign-off.js';
import { verifyRun } from './verify.js';

const ci = keyPair();
const ada = keyPair();
const publicKeyPems = [ci.publicPem, ada.publicPem];

async function runIn(context: TestContext): Promise<string> {
  const reports = await mkdtemp(join(tmpdir(), 'sign-off-'));
  context.after(() => rm(reports, { recursive: true, force: true }));
  return makeRun(reports, { signingKeyPem: ci.privatePem });
}

const approve = (folder: string, privateKeyPem = ada.privatePem) =>
  signOff(folder, { by: 'Ada', decision: 'approved', note: 'Seen.', privateKeyPem, clock: systemClock() });

const faultsOf = async (folder: string) => {
  const { checks } = await verifyRun(folder, { publicKeyPems });
  return checks.flatMap((it) => (it.verdict === 'bad' ? it.details : []));
};

test('sign-off - a signed, dated note that touches nothing measured, and stays provable', async (context) => {
  const folder = await runIn(context);
  const manifest = await readFile(join(folder, 'MANIFEST.sha256'), 'utf8');
  const file = await approve(folder);
  assert.equal(await readFile(join(folder, 'MANIFEST.sha256'), 'utf8'), manifest);
  const note = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  assert.match(String(note.utc), /^20\d\d-\d\d-\d\dT/);
  assert.deepEqual([note.by, note.decision, note.note], ['Ada', 'approved', 'Seen.']);
  const { ok, checks } = await verifyRun(folder, { publicKeyPems });
  assert.equal(ok, true);
  assert.deepEqual(checks.at(-1), { name: 'sign-off', verdict: 'good', details: [] });
  const unknown = (await verifyRun(folder, { publicKeyPems: [ci.publicPem] })).checks.at(-1);
  assert.equal(unknown?.verdict, 'unproven');
  assert.match(unknown.details[0] ?? '', /by Ada, whose key was not given/);
});

test('sign-off - a second note, and any changed byte of note, signature or index', async (context) => {
  const folder = await runIn(context);
  const file = await approve(folder);
  await approve(folder);
  assert.deepEqual(await faultsOf(folder), []);
  const random = seeded(3);
  for (let round = 0; round < 20; round += 1) {
    const { at, undo } = await changeOneByte(
      dirname(file),
      round,
      random,
      join(dirname(dirname(folder)), 'index.ndjson'),
    );
    assert.notDeepEqual(await faultsOf(folder), [], `byte ${at}`);
    await undo();
  }
});

test('sign-off - a note that is taken away, added, or moved to another run is named', async (context) => {
  const folder = await runIn(context);
  const file = await approve(folder);
  await rename(file, `${file}.away`);
  assert.match((await faultsOf(folder)).join(), /sign-off\/\S+\.json is missing/);
  await rename(`${file}.away`, file);
  await writeFile(file.replace('.json', 'x.json'), await readFile(file));
  assert.match((await faultsOf(folder)).join(), /x\.json is not in index\.ndjson/);
});

test('sign-off - nobody can put a name to a run that does not hold, or without a key', async (context) => {
  const folder = await runIn(context);
  await assert.rejects(approve(folder, 'no key'), /expected an Ed25519 private key/);
  await appendFile(join(folder, 'report.md'), 'x');
  await assert.rejects(approve(folder), /does not hold, so nobody can sign it off: report\.md was changed/);
});
