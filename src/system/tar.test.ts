import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { findProgram, runCommand } from './command.js';
import { packFolder, unpackTar } from './tar.js';

async function folders(context: TestContext) {
  const root = await mkdtemp(join(tmpdir(), 'tar-test-'));
  context.after(() => rm(root, { recursive: true }));
  const [from, to] = [join(root, 'from'), join(root, 'to')];
  await mkdir(from);
  await mkdir(to);
  return { from, to, file: join(root, 'it.tar') };
}

test('tar - what is packed comes out again, byte for byte, with its modes', async (context) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 4 }), async (contents) => {
      const { from, to, file } = await folders(context);
      await mkdir(join(from, 'sub/empty'), { recursive: true });
      for (const [i, content] of contents.entries())
        await writeFile(join(from, i % 2 ? 'sub' : '.', `file-${i}`), content, {
          mode: i % 2 ? 0o600 : 0o640,
        });
      await packFolder(from, file);
      await unpackTar(file, to);
      for (const [i, content] of contents.entries()) {
        const name = join(to, i % 2 ? 'sub' : '.', `file-${i}`);
        assert.deepEqual(new Uint8Array(await readFile(name)), content);
        assert.equal((await stat(name)).mode & 0o777, i % 2 ? 0o600 : 0o640);
      }
      assert.ok((await stat(join(to, 'sub/empty'))).isDirectory());
    }),
    { numRuns: 20 },
  );
});

test('tar - large files, and what is left out', async (context) => {
  const { from, to, file } = await folders(context);
  const large = Buffer.alloc(3_500_001, 'abc');
  await writeFile(join(from, 'large'), large);
  await writeFile(join(from, 'postmaster.pid'), '1');
  await packFolder(from, file, { leaveOut: (path) => path === 'postmaster.pid' });
  await unpackTar(file, to);
  assert.ok(large.equals(await readFile(join(to, 'large'))));
  await assert.rejects(stat(join(to, 'postmaster.pid')), { code: 'ENOENT' });
});

test('tar - is understood by the tar of the system, and understands it', async (context) => {
  if (!findProgram('tar')) {
    context.skip('no tar on PATH');
    return;
  }
  const { from, to, file } = await folders(context);
  await mkdir(join(from, 'sub'));
  await writeFile(join(from, 'sub/a'), 'content');
  await packFolder(from, file);
  assert.ok((await runCommand(['tar', '-xf', file, '-C', to])).ok);
  assert.equal(await readFile(join(to, 'sub/a'), 'utf8'), 'content');
  await rm(join(to, 'sub'), { recursive: true });
  assert.ok((await runCommand(['tar', '--format=ustar', '-cf', file, '-C', from, '.'])).ok);
  await unpackTar(file, to);
  assert.equal(await readFile(join(to, 'sub/a'), 'utf8'), 'content');
});

test('tar - refuses links, paths that lead out, and what is cut or damaged', async (context) => {
  const { from, to, file } = await folders(context);
  await writeFile(join(from, 'a'), 'x'.repeat(2_000));
  await packFolder(from, file);
  const good = await readFile(file);
  const outside = Buffer.from(good);
  outside.write('../b', 0);
  const checksum = [...outside.subarray(0, 512)].reduce(
    (sum, b, i) => sum + (i >= 148 && i < 156 ? 32 : b),
    0,
  );
  outside.write(checksum.toString(8).padStart(6, '0'), 148);
  for (const [bytes, message] of [
    [outside, /\.\.\/b: expected a file or a folder within/],
    [good.subarray(0, 1_000), /ends too early/],
    [Buffer.concat([Buffer.from('x'), good.subarray(1)]), /damaged/],
  ] as const) {
    await writeFile(file, bytes);
    await assert.rejects(unpackTar(file, to), message);
  }
  await symlink('/etc', join(from, 'link'));
  await assert.rejects(packFolder(from, file), /link: neither a file nor a folder/);
});
