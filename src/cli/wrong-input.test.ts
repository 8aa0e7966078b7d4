/** What a user gets wrong, command by command: one error that says where, what was expected, what was found, and what to do next. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DrillError } from '../model/drill-error.js';
import { inProcess } from './testing/in-process.js';

const drills = 'drills';
let folder = '';
let file = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kong-drill-wrong-'));
  file = join(folder, 'a-file');
  await writeFile(file, 'text\n');
  await mkdir(join(folder, 'empty'));
});

after(() => rm(folder, { recursive: true, force: true }));

async function refused(words: readonly string[], message: RegExp, hint: RegExp): Promise<void> {
  await assert.rejects(inProcess(words, {}), (error) => {
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
  assert.match(missing.err, /missing:1:1: there is no such file\n/);
  const empty = await inProcess(['list', join(folder, 'empty')], {});
  assert.equal(empty.code, 4);
  assert.equal(empty.out, '');
  assert.match(empty.err, /expected a folder of drills, found no \.yaml file in it/);
});
