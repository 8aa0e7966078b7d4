import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { linkLatest } from './run-folder.js';

test('latest - leads to the newest run, also where a CI has made a folder of the link', async (context) => {
  const drill = await mkdtemp(join(tmpdir(), 'kong-drill-latest-'));
  context.after(() => rm(drill, { recursive: true }));
  await mkdir(join(drill, 'latest'));
  await writeFile(join(drill, 'latest', 'result.json'), '{}');
  for (const run of ['first', 'second']) {
    await mkdir(join(drill, run));
    await linkLatest(join(drill, run));
    assert.equal(await readlink(join(drill, 'latest')), run);
  }
});
