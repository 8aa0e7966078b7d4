import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { countPages, damageFiles } from './data-files.js';

test('data files - one that is gone between the look at its folder and the look at it is left out', async (context) => {
  const base = await mkdtemp(join(tmpdir(), 'kong-drill-data-files-'));
  context.after(() => rm(base, { recursive: true }));
  await mkdir(join(base, '16384'));
  const page = Buffer.alloc(8_192);
  page.writeUInt16LE(8_192 + 4, 18);
  await writeFile(join(base, '16384', '2600'), page);
  // A link that leads nowhere answers as a file does that was removed meanwhile.
  await symlink('nowhere', join(base, '16384', '2601'));
  assert.deepEqual(await countPages(base), { pages: 1, invalid: 0 });
  assert.deepEqual(await damageFiles(base), { files: 1, bytes: 8_192 });
  assert.deepEqual(await countPages(base), { pages: 1, invalid: 1 });
});
