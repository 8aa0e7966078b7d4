import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { comparisonSchema } from '../../model/comparison.js';
import type { Comparison } from '../../model/comparison.js';
import { DrillError } from '../../model/drill-error.js';
import { adminServer } from '../../testing/kong-admin-server.js';
import { inProcess } from '../testing/in-process.js';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kong-drill-compare-test-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const key = { KONG_DRILL_SNAPSHOT_KEY: 'a key that nobody guesses' };
const otherKey = { KONG_DRILL_SNAPSHOT_KEY: 'another key that nobody guesses' };
const alice = { id: 'a1', username: 'alice' };
const keyOf = (id: string, consumer: string) => ({ id, key: 'the-secret', consumer: { id: consumer } });

test('compare - two sources at once: ids made anew are equal, a lost one is a difference', async () => {
  await using old = await adminServer({
    collections: { '/consumers': [alice, { id: 'b1', username: 'bob' }], '/key-auths': [keyOf('k1', 'a1')] },
  });
  await using anew = await adminServer({
    collections: {
      '/consumers': [
        { ...alice, id: 'a2' },
        { id: 'b2', username: 'bob' },
      ],
      '/key-auths': [keyOf('k2', 'a2')],
    },
  });
  const none = { HOME: folder };
  const equal = await inProcess(['compare', old.url, anew.url], none);
  assert.equal(equal.code, 0, equal.out);
  assert.match(equal.out, /^ EQUAL {2}Nothing differs: 3 entities/);
  const exact = await inProcess(['compare', old.url, anew.url, '--level', 'identical', '--json'], none);
  assert.equal(exact.code, 1);
  const result = JSON.parse(exact.out) as Comparison;
  assert.ok(new Ajv2020({ strictTypes: false }).compile(comparisonSchema)(result));
  assert.deepEqual(
    result.kinds.map(({ kind, changed }) => [kind, changed]),
    [
      ['consumers', 2],
      ['key-auth', 1],
    ],
  );
});

test('compare - a snapshot with what is there now, with every report', async () => {
  const collections = {
    '/consumers': [alice, { id: 'b1', username: 'bob' }],
    '/key-auths': [keyOf('k1', 'a1')],
  };
  await using whole = await adminServer({ collections });
  await using lossy = await adminServer({ collections: { '/consumers': [alice] } });
  await inProcess(['snapshot', whole.url, '-o', at('before')], key);
  const files = ['--junit', at('j.xml'), '--html', at('c.html'), '--differences', at('d.ndjson')];
  const found = await inProcess(['compare', at('before'), lossy.url, '--first', '0', ...files], key);
  assert.equal(found.code, 1);
  assert.match(found.out, /^ DIFFERENT {2}2 differences, in consumers, key-auth\./);
  assert.match(found.out, /… and 1 more/);
  const lines = (await readFile(at('d.ndjson'), 'utf8')).trim().split('\n');
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { kind: string }).kind),
    ['consumers', 'key-auth'],
  );
  assert.match(await readFile(at('j.xml'), 'utf8'), /failures="2"/);
  assert.match(await readFile(at('c.html'), 'utf8'), /^<!doctype html>/);
  assert.ok(!`${found.out}${lines.join()}`.includes('the-secret'));
});

test('compare - nothing but what cannot be proved is inconclusive', async () => {
  await using kong = await adminServer({ collections: { '/services': [{ id: 's' }], '/vaults': 403 } });
  const { code, out } = await inProcess(['compare', kong.url, kong.url], key);
  assert.equal(code, 2);
  assert.match(out, /not all is proved: vaults/);
  await using empty = await adminServer({ collections: {} });
  const nothing = await inProcess(['compare', empty.url, empty.url], key);
  assert.equal(nothing.code, 2);
  assert.match(nothing.out, /nothing to compare/);
});

test('compare - two keys are refused before anything is read, with what to do', async () => {
  await using kong = await adminServer({ collections: { '/consumers': [alice] } });
  await inProcess(['snapshot', kong.url, '-o', at('one')], key);
  await inProcess(['snapshot', kong.url, '-o', at('two')], otherKey);
  const asked = kong.asked.length;
  await refused([at('one'), at('two')], /hashed with different keys: \w{8} and \w{8}/, /--key-file/);
  await assert.rejects(inProcess(['compare', at('one'), kong.url], otherKey), /key at hand is/);
  assert.equal(kong.asked.length, asked);
  assert.equal((await inProcess(['compare', at('one'), kong.url], key)).code, 0);
});

test('compare - a mistake gets what was expected and what to do', async () => {
  await writeFile(at('deck.yaml'), '_format_version: "3.0"\nservices: []\n');
  await refused([at('deck.yaml')], /expected two of: snapshot, admin-url.*got 1/, /compare/);
  await refused([at('deck.yaml'), at('deck.yaml'), '--first', 'all'], /expected --first N/, /20/);
  await refused([at('deck.yaml'), at('gone')], /nothing of that name$/, /compare --help/);
  await refused([at('deck.yaml'), 'kong:8444'], /that name; did you mean https:\/\/kong:8444\?/, /compare/);
});

async function refused(operands: readonly string[], message: RegExp, hint: RegExp): Promise<void> {
  await assert.rejects(inProcess(['compare', ...operands], key), (error: unknown) => {
    assert.ok(error instanceof DrillError, String(error));
    assert.match(error.message, message);
    assert.match(error.hint, hint);
    return true;
  });
}
