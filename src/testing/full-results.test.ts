import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { asExpectedIn } from './full-results.js';

const wanted = { what: 'drill', drill: 'layered', engine: 'containers' } as const;
const row = { ...wanted, recovery: 'restore', found: 'met', expected: 'met', detail: '', kong: 'real' };
const cases: readonly [string, readonly object[], boolean][] = [
  ['as expected', [row], true],
  ['one of two paths is not as expected', [row, { ...row, recovery: 'replay', found: 'missed' }], false],
  ['the newest counts', [{ ...row, found: 'missed' }, row], true],
  ['the newest counts, also where it is worse', [row, { ...row, found: 'missed' }], false],
  ['nothing yet', [], false],
  ['its twin only', [{ ...row, what: 'twin' }], false],
  ['the other engine only', [{ ...row, engine: 'processes' }], false],
  ['another drill only', [{ ...row, drill: 'quickstart' }], false],
];

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kd-test-full-'));
});
after(() => rm(folder, { recursive: true }));

for (const [name, rows, expected] of cases)
  test(`asExpectedIn - ${name}: ${expected ? 'left out' : 'run'}`, async () => {
    const file = join(folder, 'results.ndjson');
    await writeFile(file, rows.map((it) => `${JSON.stringify(it)}\n`).join(''));
    assert.equal(asExpectedIn(file, wanted), expected);
  });

test('asExpectedIn - no file, nothing is left out', () => {
  assert.equal(asExpectedIn(undefined, wanted), false);
  assert.equal(asExpectedIn(join(folder, 'none'), wanted), false);
});
