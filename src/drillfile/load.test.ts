import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadDrill, sizeLimitBytes } from './load.js';

const drill = `name: sample
state: { deck: kong.yaml }
artifacts: { dump: { kind: deck, every: 24h } }
failure: [{ kind: lose, target: postgres }]
recovery: { sync: [{ stage: deck-sync, from: dump }] }
`;

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kong-drill-load-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function problemOf(file: string): string {
  const loaded = loadDrill(file);
  if (loaded.ok) return 'no problem';
  const [problem] = loaded.problems;
  return `${problem?.message ?? ''}; ${problem?.suggestion ?? ''}; ${problem?.hint ?? ''}`;
}

test('load - a drill, with the text and folder it came from; a byte order mark is nothing', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'sample.yaml');
    await writeFile(join(folder, 'kong.yaml'), '_format_version: "3.0"\n');
    await writeFile(file, `\uFEFF${drill}`);
    const loaded = loadDrill(file);
    assert.ok(loaded.ok, problemOf(file));
    assert.equal(loaded.folder, folder);
    assert.equal(loaded.text, drill);
  });
});

test('load - the state is not beside the drill', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'sample.yaml');
    await writeFile(join(folder, 'kong.yml'), '');
    await writeFile(file, drill);
    assert.match(problemOf(file), /found nothing at "kong\.yaml"; kong\.yml/);
  });
});

test('load - what is no drill file, a clear problem each', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'sample.yaml');
    await writeFile(file, drill);
    await mkdir(join(folder, 'sub'));
    assert.match(problemOf(join(folder, 'smaple.yaml')), /there is no such file; .*\/sample\.yaml; /);
    assert.match(problemOf(join(file, 'x.yaml')), /there is no such file/);
    assert.match(problemOf(join(folder, 'sub')), /got a folder/);
    assert.match(problemOf('/dev/null'), /got a device or a pipe/);
    const spoilt: [Uint8Array, RegExp][] = [
      [Buffer.alloc(sizeLimitBytes + 1, 'a'), /expected at most 256\.0 KiB/],
      [Buffer.from(drill, 'utf16le'), /got a binary file/],
      [Buffer.from([0x61, 0x3a, 0x20, 0xff]), /expected UTF-8 text/],
      [Buffer.alloc(0), /empty file/],
    ];
    for (const [bytes, expected] of spoilt) {
      await writeFile(file, bytes);
      assert.match(problemOf(file), expected);
    }
  });
});

test('load - any bytes, never throws', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'any.yaml');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        await writeFile(file, bytes);
        const loaded = loadDrill(file);
        assert.ok(loaded.ok || loaded.problems.length > 0);
      }),
      { numRuns: 100 },
    );
  });
});
