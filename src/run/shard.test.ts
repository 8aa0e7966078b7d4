import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exampleDrill } from '../testing/journal-builder.js';
import { makeRun } from '../testing/sealed-run.js';
import type { ValidDrill } from './run-drill.js';
import { holdsCases, shardsOf } from './shard.js';

const stage = exampleDrill.recovery['restore-db'] ?? [];
const recovery = { 'restore-db': stage, 'replay-ci': [{ stage: 'ci-replay' as const, from: 'team' }] };

function drillOf(name: string, repeat: number): ValidDrill {
  const drill = { ...exampleDrill, name, repeat, recovery };
  return { ok: true, file: `${name}.yaml`, folder: '.', text: '', drill };
}

const drills = [drillOf('one', 2), drillOf('two', 1)];

async function splitIn(of: number, history?: string): Promise<readonly string[][]> {
  const parts = Array.from({ length: of }, async (_, place) => {
    const shard = { index: place + 1, of };
    const held = await shardsOf(drills, { shard, only: [], ...(history !== undefined && { history }) });
    return held.flatMap(({ cases }, drill) =>
      cases
        .filter((it) => it.shard === place + 1)
        .map((it) => `${drills[drill]?.drill.name ?? ''} ${it.case}`),
    );
  });
  return Promise.all(parts);
}

const all = ['one', 'two'].flatMap((name) =>
  (name === 'one' ? [1, 2] : [1]).flatMap((n) => [`${name} restore-db#${n}`, `${name} replay-ci#${n}`]),
);

test('shard - every case of every drill falls to exactly one machine, however many there are', async () => {
  for (const of of [1, 2, 3, 6, 9]) assert.deepEqual((await splitIn(of)).flat().sort(), all.toSorted());
});

test('shard - where nothing is known of earlier runs the plan says what takes long', async () => {
  const [first = [], second = []] = await splitIn(2);
  assert.deepEqual([first.length, second.length], [3, 3]);
  const restores = (names: readonly string[]) => names.filter((it) => it.includes('restore-db')).length;
  assert.ok(Math.abs(restores(first) - restores(second)) <= 1, `${first.join(', ')} | ${second.join(', ')}`);
});

test('shard - what earlier runs took decides where they are known', async (context) => {
  const history = await mkdtemp(join(tmpdir(), 'shard-'));
  context.after(() => rm(history, { recursive: true }));
  // A case of `restore-db` takes 72 s in this journal, as long as three of the others by the plan.
  await makeRun(history, { shape: { drill: { name: 'two' } } });
  const parts = await splitIn(2, history);
  const [slow = [], others = []] = parts.toSorted((a) => (a.includes('two restore-db#1') ? -1 : 1));
  assert.ok(slow.includes('two restore-db#1'));
  assert.deepEqual([slow.length, others.length], [2, 4]);
});

test('shard - only the paths that were asked for are split', async () => {
  const [one, two] = await shardsOf(drills, { shard: { index: 1, of: 2 }, only: ['replay-ci'] });
  assert.ok(one && two);
  assert.deepEqual(
    one.cases.map((it) => it.case),
    ['replay-ci#1', 'replay-ci#2'],
  );
  assert.equal(holdsCases({ ...two, index: two.cases[0]?.shard === 1 ? 2 : 1 }), false);
});
