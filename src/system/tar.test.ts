import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { findProgram, runCommand } from './command.js';
import { itemsOf, packFolder, readTar, tarOf, unpackTar, unpackTarFile } from './tar.js';
import type { TarItem } from './tar.js';

const part = fc.stringMatching(/^[a-zA-Z0-9é_][a-zA-Z0-9é_.-]{0,60}$/);
const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const hasTar = findProgram('tar') !== undefined;

test('tar - items come out again, whatever their names and sizes', async (context) => {
  await fc.assert(
    fc.asyncProperty(name, fc.uint8Array({ maxLength: 1_600 }), async (path, content) => {
      const { to } = await folders(context);
      assert.deepEqual(await unpackTar(tarOf([{ name: path, content }]), to), [path]);
      assert.deepEqual(await readFile(join(to, path)), Buffer.from(content));
    }),
    { numRuns: 60 },
  );
});

test('tar - a folder comes out again, byte for byte, with its modes', async (context) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 4 }), async (contents) => {
      const { from, to, file } = await folders(context);
      await mkdir(join(from, 'sub/empty'), { recursive: true });
      for (const [i, content] of contents.entries())
        await writeFile(join(from, i % 2 ? 'sub' : '.', `file-${i}`), content, {
          mode: i % 2 ? 0o600 : 0o640,
        });
      await packFolder(from, file);
      await unpackTarFile(file, to, { exact: true });
      for (const [i, content] of contents.entries()) {
        const unpacked = join(to, i % 2 ? 'sub' : '.', `file-${i}`);
        assert.deepEqual(new Uint8Array(await readFile(unpacked)), content);
        assert.equal((await stat(unpacked)).mode & 0o777, i % 2 ? 0o600 : 0o640);
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
  assert.deepEqual(await unpackTarFile(file, to), ['large']);
  assert.ok(large.equals(await readFile(join(to, 'large'))));
});

test('tar - files that are wanted are handed over whole, and no others', async () => {
  const large = Buffer.alloc(200_001, 'abc');
  const items = [
    { name: 'base', folder: true as const },
    ...['base/1', 'base/2', 'other'].map((name) => ({ name, content: large })),
  ];
  const taken: Buffer[] = [];
  const wanted = (name: string) => name.startsWith('base/');
  await readTar(tarOf(items), { wanted, take: (content) => taken.push(content) });
  assert.deepEqual(taken, [large, large]);
  const whole = await buffer(tarOf(items));
  const cut = readTar(Readable.from([whole.subarray(0, 100_000)]), { wanted, take: () => undefined });
  await assert.rejects(cut, /not a tar archive, damaged, or cut short/);
});

test('tar - a file that vanishes meanwhile is left out', async (context) => {
  const { from, to } = await folders(context);
  await writeFile(join(from, 'there'), 'x');
  const items = ['gone', 'there'].map((item): TarItem => ({ name: item, file: join(from, item) }));
  assert.deepEqual(await unpackTar(tarOf(items), to), ['there']);
});

test('tar - a folder is packed whole, below the wanted name', async (context) => {
  const { from } = await folders(context);
  await mkdir(join(from, 'b'));
  await writeFile(join(from, 'b', 'c.yaml'), 'c');
  const items = await itemsOf(from, 'there');
  assert.deepEqual(
    items.map((item) => item.name),
    ['there', 'there/b', 'there/b/c.yaml'],
  );
});

test('tar - is understood by the tar of the system', { skip: !hasTar }, async (context) => {
  const { from, to, file } = await folders(context);
  const long = `${'a'.repeat(90)}/${'b'.repeat(90)}.txt`;
  await writeFile(join(from, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  await writeFile(
    file,
    tarOf([
      { name: 'run.sh', file: join(from, 'run.sh') },
      { name: long, content: 'x' },
    ]),
  );
  assert.ok((await runCommand(['tar', '-xf', file, '-C', to])).ok);
  assert.equal((await stat(join(to, 'run.sh'))).mode & 0o777, 0o755);
  assert.equal(await readFile(join(to, long), 'utf8'), 'x');
});

test('tar - understands the tar of the system', { skip: !hasTar }, async (context) => {
  const { from, to, file } = await folders(context);
  const deep = join('in', 'c'.repeat(120));
  await mkdir(join(from, 'in', 'empty'), { recursive: true });
  await writeFile(join(from, deep), 'deep');
  assert.ok((await runCommand(['tar', '-C', from, '-cf', file, 'in'])).ok);
  assert.deepEqual(await unpackTarFile(file, to), [deep]);
  assert.equal(await readFile(join(to, deep), 'utf8'), 'deep');
});

test('tar - links are left out, or refused where everything has to come out', async (context) => {
  const { from, to, file } = await folders(context);
  await symlink('/etc', join(from, 'link'));
  await assert.rejects(packFolder(from, file), /link: neither a file nor a folder/);
  await writeFile(join(from, 'a'), 'a');
  if (!hasTar) return;
  assert.ok((await runCommand(['tar', '-C', from, '-cf', file, 'a', 'link'])).ok);
  assert.deepEqual(await unpackTarFile(file, to), ['a']);
  await assert.rejects(
    unpackTarFile(file, to, { exact: true }),
    /"link": expected a file or a folder, got: symlink/,
  );
});

test('tar - a name that leads out is refused', async (context) => {
  const { to } = await folders(context);
  const out = join(to, '../out.txt');
  for (const name of ['../out.txt', out])
    await assert.rejects(unpackTar(tarOf([{ name, content: 'x' }]), to), /outside its folder/);
  await assert.rejects(stat(out), { code: 'ENOENT' });
});

test('tar - what is cut short or damaged is an error, not a short file', async (context) => {
  const { to, file } = await folders(context);
  await writeFile(file, tarOf([{ name: 'a', content: 'x'.repeat(2_000) }]));
  const good = await readFile(file);
  for (const bytes of [good.subarray(0, 1_500), Buffer.concat([Buffer.from('x'), good.subarray(1)])]) {
    await writeFile(file, bytes);
    await assert.rejects(unpackTarFile(file, to), /not a tar archive, damaged, or cut short/);
  }
});

async function folders(context: TestContext) {
  const root = await mkdtemp(join(tmpdir(), 'tar-test-'));
  context.after(() => rm(root, { recursive: true }));
  const [from, to] = [join(root, 'from'), join(root, 'to')];
  await mkdir(from);
  await mkdir(to);
  return { from, to, file: join(root, 'it.tar') };
}
