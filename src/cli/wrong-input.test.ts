/** What a user gets wrong, command by command: one error that says where, what was expected, what was found, and what to do next. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DrillError } from '../model/drill-error.js';
import type { Environment } from '../system/environment.js';
import { inProcess } from './testing/in-process.js';

const drills = fileURLToPath(new URL('../../drills', import.meta.url));
const period = ['--from', '2026-01-01', '--to', '2026-03-31'];
const rsaKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey;
let folder = '';
let file = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kong-drill-wrong-'));
  file = join(folder, 'a-file');
  await writeFile(file, 'text\n');
  await mkdir(join(folder, 'empty'));
});

after(() => rm(folder, { recursive: true, force: true }));

async function refused(
  words: readonly string[],
  message: RegExp,
  hint: RegExp,
  environment: Environment = {},
): Promise<void> {
  await assert.rejects(inProcess(words, environment), (error) => {
    assert.ok(error instanceof DrillError, `${words.join(' ')}: ${String(error)}`);
    assert.equal(error.code, 'usage', words.join(' '));
    assert.match(error.message, message);
    assert.match(error.hint, hint);
    return true;
  });
}

test('wrong input - one operand too many', async () => {
  await refused(['report', 'a', 'b'], /expected <run> only, got "b" as well/, /kong-drill report --help/);
  await refused(['sign-off', 'a', 'b'], /expected <run> only, got "b" as well/, /kong-drill sign-off --help/);
});

test('wrong input - a value for an option that takes none', async () => {
  await refused(
    ['validate', drills, '--json=maybe'],
    /--json takes no value, got "--json=maybe"/,
    /leave it out/,
  );
});

test('run, merge - a wrong signing key, before anything is run', async () => {
  for (const [key, why] of [
    ['signing.pem', /KONG_DRILL_SIGNING_KEY: expected an Ed25519 private key in PEM/],
    [rsaKey, /it is a key for rsa/],
  ] as const)
    for (const words of [
      ['run', join(drills, 'quickstart.yaml'), '--out', join(folder, 'never')],
      ['merge', folder],
    ])
      await refused(words, why, /put the key itself into it, .*openssl genpkey -algorithm ed25519/, {
        KONG_DRILL_SIGNING_KEY: key,
      });
  assert.ok(!existsSync(join(folder, 'never')));
});

test('run - a time limit that is none', async () => {
  for (const wrong of ['20', '0s', 'soon'])
    await refused(
      ['run', join(drills, 'quickstart.yaml'), '--time-limit', wrong],
      /--time-limit: expected a time with its unit, such as 90s or 20m, got "/,
      /--time-limit 20m/,
    );
});

test('list - a tag that no drill has', async () => {
  await refused(
    ['list', drills, '--tag', 'nigthly'],
    /none of \d+ drills has the tag nigthly; did you mean nightly\?/,
    /tags there are: /,
  );
});

test('list - what has no drills is an error, and nothing on standard output', async () => {
  const missing = await inProcess(['list', join(folder, 'missing'), '--json'], {});
  assert.equal(missing.code, 4);
  assert.equal(missing.out, '');
  assert.match(missing.err, /missing: there is no such file or folder\n +→ kong-drill init\n$/);
  const empty = await inProcess(['list', join(folder, 'empty')], {});
  assert.equal(empty.code, 4);
  assert.equal(empty.out, '');
  assert.match(
    empty.err,
    /^\S*empty: expected a folder of drills, found no \.yaml file in it\n +→ .*init.*\n$/,
  );
});

test('wrong input - an output that cannot be written is refused before the work', async () => {
  const within = join(file, 'within');
  const wanted = /expected a folder that can be written, got ".*a-file.*": /;
  const hint = /name another folder with --out/;
  await refused(['run', join(drills, 'quickstart.yaml'), '--out', file], wanted, hint);
  await refused(['run', join(drills, 'quickstart.yaml'), '--out', within], wanted, hint);
  await refused(['sabotage', join(drills, 'quickstart.yaml'), '--out', file], wanted, hint);
  await refused(['audit', ...period, '--reports', folder, '--out', file], wanted, hint);
  const nowhere = join(folder, 'missing', 'x');
  const wantedFile = /expected a file that can be written, got ".*": /;
  await refused(['snapshot', 'x', '-o', nowhere], /--output: .*ENOENT/, /name another file with --output/);
  await refused(['snapshot', 'x', '-o', folder], /--output: .*it is a folder/, /with --output/);
  for (const option of ['--junit', '--html', '--differences'])
    await refused(['compare', 'a', 'b', option, nowhere], wantedFile, new RegExp(option));
});

test('wrong input - a shard that is no part of a whole', async () => {
  for (const shard of ['0/5', '6/5', '2', '2/0', 'two/5', '1/1000', '2/5/1'])
    await refused(
      ['run', join(drills, 'quickstart.yaml'), '--shard', shard],
      /--shard: expected K\/N with K from 1 to N and N up to 999, got "/,
      /--shard 2\/5/,
    );
  await refused(['merge', folder], /no run at .*: found neither/, /give the folder of a run/);
});

test('wrong input - a folder of reports that is none', async () => {
  const missing = join(folder, 'missing');
  const nothing = /expected a folder with reports, got ".*missing": nothing of that name/;
  await refused(['history', '--reports', file], /got ".*a-file": a file/, /--reports FOLDER/);
  await refused(['audit', ...period, '--reports', missing], nothing, /--reports FOLDER/);
  await refused(['list', drills, '--matrix', '--out', missing], nothing, /--out FOLDER/);
  const quickstart = join(drills, 'quickstart.yaml');
  await refused(['run', quickstart, '--history', file], /got ".*a-file": a file/, /--history FOLDER/);
});

test('audit - a day that no calendar has, and a key that is none', async () => {
  await refused(
    ['audit', '--from', '2026-02-30'],
    /expected --from YYYY-MM-DD, got "2026-02-30"/,
    /--from 2026/,
  );
  await refused(['audit', '--from', '2026'], /expected --from YYYY-MM-DD, got "2026"/, /--from 2026/);
  const out = join(folder, 'pack');
  const words = ['audit', ...period, '--reports', folder, '--out', out, '--public-key', file];
  await refused(words, /expected an Ed25519 public key in PEM/, /openssl/);
});

test('audit - where no period is given, the 90 days up to the last day, which is told', async () => {
  const out = join(folder, 'usual-pack');
  const ended = await inProcess(
    ['audit', '--to', '2026-03-31', '--reports', join(folder, 'empty'), '--out', out],
    {},
  );
  assert.match(ended.out, /^2025-12-31 to 2026-03-31: 0 runs/);
  const today = await inProcess(['audit', '--reports', join(folder, 'empty'), '--out', out], {});
  assert.match(today.out, /^\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d: 0 runs/);
});

test('wrong input - a file where the folder of a run is expected', async () => {
  for (const command of ['verify', 'report'])
    await refused([command, file], /expected the folder of a run, got .* a file/, /reports\/<drill>\/latest/);
});
