import assert from 'node:assert/strict';
import { appendFile, mkdtemp, open, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { systemClock } from '../system/clock.js';
import { appendToIndex, readIndex, runsWithoutEnd } from './run-index.js';
import type { IndexEntry } from './run-index.js';

async function folderOf(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'index-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function started(runId: string): IndexEntry {
  return {
    event: 'started',
    runId,
    drill: 'd',
    folder: `d/${runId}`,
    utc: '2026-11-23T22:00:00.000Z',
    drillSha256: 'a',
    trigger: 'by hand',
  };
}

test('index - many at once leave an unbroken chain, and no lock behind', async (context) => {
  const folder = await folderOf(context);
  const clock = systemClock();
  await Promise.all(
    Array.from({ length: 20 }, (_, place) => appendToIndex(folder, started(`run-${place}`), clock)),
  );
  const { entries, faults } = await readIndex(folder);
  assert.deepEqual(faults, []);
  assert.equal(new Set(entries.map((it) => it.runId)).size, 20);
  assert.deepEqual(await readdir(folder), ['index.ndjson']);
});

test('index - a run without an end is found', async (context) => {
  const folder = await folderOf(context);
  await appendToIndex(folder, started('killed'), systemClock());
  assert.deepEqual(
    runsWithoutEnd(await readIndex(folder)).map((it) => it.runId),
    ['killed'],
  );
});

test('index - a line torn by kill -9 stays as a fault, and later lines follow from it', async (context) => {
  const folder = await folderOf(context);
  await appendToIndex(folder, started('one'), systemClock());
  await appendFile(join(folder, 'index.ndjson'), '{"previous":"tor');
  await appendToIndex(folder, started('two'), systemClock());
  const { entries, faults } = await readIndex(folder);
  assert.deepEqual(
    entries.map((it) => it.runId),
    ['one', 'two'],
  );
  assert.deepEqual(
    faults.map((it) => it.line),
    [2],
  );
});

test('index - a lock that a killed runner left is set aside', async (context) => {
  const folder = await folderOf(context);
  const lock = join(folder, 'index.ndjson.lock');
  await (await open(lock, 'wx')).close();
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo);
  await appendToIndex(folder, started('one'), systemClock());
  assert.deepEqual(await readdir(folder), ['index.ndjson']);
});

test('index - none is an empty one', async (context) => {
  assert.deepEqual(await readIndex(await folderOf(context)), { lines: [], entries: [], faults: [] });
});
