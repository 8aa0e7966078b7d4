import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { itemsOf, tarOf, unpackTar } from './tar.js';
import type { TarItem } from './tar.js';

const part = fc.stringMatching(/^[a-zA-Z0-9é_][a-zA-Z0-9é_.-]{0,60}$/);
const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

test('tar - what is packed is unpacked, whatever the names and sizes', async () => {
  await fc.assert(
    fc.asyncProperty(name, fc.uint8Array({ maxLength: 1_600 }), async (path, content) => {
      await inFolder(async (folder) => {
        assert.deepEqual(await unpackTar(packed([{ name: path, content }]), folder), [path]);
        assert.deepEqual(await readFile(join(folder, path)), Buffer.from(content));
      });
    }),
    { numRuns: 60 },
  );
});

test('tar - the tar of this machine reads it, long names and modes included', async () => {
  await inFolder(async (folder) => {
    const long = `${'a'.repeat(90)}/${'b'.repeat(90)}.txt`;
    const archive = join(folder, 'x.tar');
    const items: TarItem[] = [
      { name: 'run.sh', content: '#!/bin/sh\n', mode: 0o755 },
      { name: long, content: 'x' },
    ];
    const chunks: Buffer[] = [];
    for await (const chunk of tarOf(items)) chunks.push(chunk);
    await writeFile(archive, Buffer.concat(chunks));
    const listed = execFileSync('tar', ['-tvf', archive], { encoding: 'utf8' });
    assert.match(listed, /-rwxr-xr-x .* run\.sh/);
    assert.ok(listed.includes(long));
  });
});

test('tar - an archive of this machine is read, folders and long names included', async () => {
  await inFolder(async (folder) => {
    const deep = join('in', 'c'.repeat(120));
    await mkdir(join(folder, 'in', 'empty'), { recursive: true });
    await writeFile(join(folder, deep), 'deep');
    const archive = join(folder, 'y.tar');
    execFileSync('tar', ['-C', folder, '-cf', archive, 'in']);
    const out = join(folder, 'out');
    await mkdir(out);
    assert.deepEqual(await unpackTar(once(await readFile(archive)), out), [deep]);
    assert.equal(await readFile(join(out, deep), 'utf8'), 'deep');
  });
});

test('tar - a folder is packed whole, below the wanted name', async () => {
  await inFolder(async (folder) => {
    await mkdir(join(folder, 'a', 'b'), { recursive: true });
    await writeFile(join(folder, 'a', 'b', 'c.yaml'), 'c');
    const items = await itemsOf(join(folder, 'a'), 'there');
    assert.deepEqual(
      items.map((item) => item.name),
      ['there', 'there/b', 'there/b/c.yaml'],
    );
  });
});

test('tar - a name that leaves the folder is refused', async () => {
  await inFolder(async (folder) => {
    await assert.rejects(unpackTar(packed([{ name: '../out.txt', content: 'x' }]), folder), /outside/);
  });
});

test('tar - a source is closed once its end mark is read', async () => {
  await inFolder(async (folder) => {
    let closed = false;
    async function* endless(): AsyncGenerator<Buffer> {
      try {
        yield* tarOf([{ name: 'a', content: 'a' }]);
        for (;;) yield await Promise.resolve(Buffer.alloc(512));
      } finally {
        closed = true;
      }
    }
    assert.deepEqual(await unpackTar(endless(), folder), ['a']);
    assert.ok(closed);
  });
});

test('tar - an archive cut short is an error, not a short file', async () => {
  await inFolder(async (folder) => {
    const chunks: Buffer[] = [];
    for await (const chunk of tarOf([{ name: 'a', content: Buffer.alloc(2_000, 1) }])) chunks.push(chunk);
    await assert.rejects(unpackTar(once(Buffer.concat(chunks).subarray(0, 1_500)), folder), /middle/);
  });
});

function packed(items: readonly TarItem[]): AsyncGenerator<Buffer> {
  return tarOf(items);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kong-drill-tar-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
