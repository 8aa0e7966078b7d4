import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { collectDrills } from './collect.js';
import { otherKindOf } from './other-kind.js';

const deck = '_format_version: "3.0"\nservices:\n- name: a\n';
const compose = 'services:\n  kong:\n    image: kong:3.9\n';

test('other kind - a decK file and a compose file are plain; a drill, or half of one, is not', () => {
  assert.equal(otherKindOf(deck), 'a decK file');
  assert.equal(otherKindOf(compose), 'a compose file');
  for (const text of ['', 'name: x\n', `${deck}failure: []\n`, 'services: []\n'])
    assert.equal(otherKindOf(text), undefined, text);
});

test('collect - what plainly is no drill is skipped by name in a folder, and an error where it is named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kong-drill-other-kind-'));
  try {
    await writeFile(join(folder, 'kong.yaml'), deck);
    await writeFile(join(folder, 'docker-compose.yml'), compose);
    await writeFile(join(folder, 'broken.yaml'), 'name: x\n');
    const { files, problems, skipped } = collectDrills([folder]);
    assert.deepEqual(files, [join(folder, 'broken.yaml')]);
    assert.ok(problems.every(({ file }) => file === join(folder, 'broken.yaml')));
    assert.deepEqual(skipped, [
      { file: join(folder, 'docker-compose.yml'), kind: 'a compose file' },
      { file: join(folder, 'kong.yaml'), kind: 'a decK file' },
    ]);
    const named = collectDrills([join(folder, 'kong.yaml')]);
    assert.equal(named.problems.length, 1);
    assert.deepEqual(named.skipped, []);
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'sub', 'kong.yaml'), deck);
    assert.match(collectDrills([join(folder, 'sub')]).problems[0]?.message ?? '', /found no drill in it/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
