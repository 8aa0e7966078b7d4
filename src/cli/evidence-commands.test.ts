/** The commands that look at what a run left, as a user types them. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { keyPair, makeRun } from '../testing/sealed-run.js';
import { asProgram } from './testing/as-program.js';

const { privatePem, publicPem } = keyPair();

let folder = '';
let run = '';
let killed = '';

before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'kong-drill-evidence-')));
  const reports = join(folder, 'reports');
  killed = relative(
    folder,
    await makeRun(reports, { sealed: false, shape: { cases: [{ cutAt: 'recovered-steps' }], ended: false } }),
  );
  run = relative(folder, await makeRun(reports, { signingKeyPem: privatePem }));
  await writeFile(join(folder, 'audit.pub'), publicPem);
});

after(() => rm(folder, { recursive: true, force: true }));

const kongDrill = (...args: string[]) => asProgram(args, folder);

test('verify - a run that holds, with the key and without; by its own name or as the latest', () => {
  const { code, out } = kongDrill('verify', run, '--public-key', 'audit.pub');
  assert.equal(code, 0, out);
  assert.match(
    out,
    /^holds   reports\/postgres-lost\/\S+\n  ✓ manifest\s+✓ signature\s+✓ index .*never ended/,
  );
  assert.match(
    kongDrill('verify', 'reports/postgres-lost/latest').out,
    /\? signature +integrity only, authorship unproven/,
  );
});

test('verify - a whole folder of reports: the broken run is named, and makes the exit code', () => {
  const { code, out } = kongDrill('verify', 'reports', '--public-key', 'audit.pub');
  assert.equal(code, 1);
  assert.ok(out.includes(`BROKEN  ${killed}`), out);
  assert.match(out, /2 runs, 1 broken\./);
  const found = JSON.parse(kongDrill('verify', 'reports', '--json').out) as { run: string; ok: boolean }[];
  assert.deepEqual(
    found.map(({ ok }) => ok),
    [false, true],
  );
});

test('verify - what is no run, and what is no key', () => {
  assert.match(
    kongDrill('verify', 'nowhere').err,
    /no run at nowhere: expected the folder of a run, got nothing of that name, or a file\n +→ give the folder of a run/,
  );
  assert.match(kongDrill('verify', '.').err, /found neither journal\.ndjson nor index\.ndjson/);
  assert.match(
    kongDrill('verify', run, '--public-key', 'no.pub').err,
    /--public-key: expected a file with a key, got "no\.pub"/,
  );
});

test('sign-off - needs a name, a note and a key; then it stands beside the run', async () => {
  await writeFile(join(folder, 'ada.pem'), keyPair().privatePem);
  assert.match(
    kongDrill('sign-off', run, '--by', 'Ada').err,
    /expected --note, got nothing\n +→ write it as in/,
  );
  assert.match(
    kongDrill('sign-off', killed, '--by', 'Ada', '--note', 'x', '--key', 'ada.pem').err,
    /does not hold/,
  );
  const { code, out, err } = kongDrill('sign-off', run, '--by', 'Ada', '--note', 'Seen', '--key', 'ada.pem');
  assert.equal(code, 0, err);
  assert.match(out, /^approved: reports\/postgres-lost\/\S+\/sign-off\/\S+\.json\n$/);
  assert.match(
    kongDrill('verify', run, '--public-key', 'audit.pub').out,
    /\? sign-off +sign-off\/\S+: by Ada, whose key was not given/,
  );
});

test('report - of a killed run: every report, what is missing, and exit code 2', async () => {
  const { code, out, err } = kongDrill('report', killed, '--junit-flavor', 'gitlab');
  assert.equal(code, 2);
  assert.equal(
    out,
    ['result.json', 'TEST-postgres-lost.xml', 'report.md', 'report.html']
      .map((it) => `${killed}/${it}\n`)
      .join(''),
  );
  assert.match(err, /restore-db#1: the record breaks off in the phase recover; not measured: .*Parity/);
  assert.match(
    await readFile(join(folder, killed, 'TEST-postgres-lost.xml'), 'utf8'),
    /<testcase [^>]*file="drills/,
  );
});

test('report - of a whole run, into another folder', async () => {
  const { code, out, err } = kongDrill('report', run, '--out', 'again');
  assert.equal(code, 0, err);
  assert.match(out, /^again\/result\.json$/m);
  assert.equal(
    await readFile(join(folder, 'again', 'report.html'), 'utf8'),
    await readFile(join(folder, run, 'report.html'), 'utf8'),
  );
});
