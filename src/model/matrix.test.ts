import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Drill } from './drill.js';
import type { EarlierRun } from './history.js';
import { matrixOf } from './matrix.js';
import type { Verdict } from './verdict.js';

test('matrix - drills of one disaster stand together; pauses do not make another', () => {
  const rows = matrixOf([
    { drill: drillOf('a'), sha256: '1', runs: [] },
    { drill: { ...drillOf('b'), failure: [{ kind: 'kill', target: 'kong' }] }, sha256: '1', runs: [] },
    {
      drill: { ...drillOf('c'), failure: [...drillOf('c').failure, { kind: 'pause', for: '2s' }] },
      sha256: '1',
      runs: [],
    },
  ]);
  assert.deepEqual(
    rows.map(({ drill, disaster }) => [drill, disaster]),
    [
      ['a', 'lose postgres'],
      ['c', 'lose postgres'],
      ['b', 'kill kong'],
    ],
  );
});

test('matrix - a path is its stage; several are layered, and the own script before them does not count', () => {
  const [row] = matrixOf([{ drill: drillOf('a'), sha256: '1', runs: [] }]);
  assert.deepEqual(
    row?.paths.map(({ recovery, kind, last }) => [recovery, kind, last]),
    [
      ['restore', 'database-restore', undefined],
      ['both', 'layered', undefined],
      ['scripted', 'reattach', undefined],
      ['script', 'own', undefined],
    ],
  );
});

test('matrix - of each path the newest run that tried it, and whether the drill has changed since', () => {
  const runs = [
    runOf('1', { sha256: 'old', restore: 'missed', both: 'met' }),
    runOf('2', { sha256: 'new', restore: 'met' }),
  ];
  const [row] = matrixOf([{ drill: drillOf('a'), sha256: 'new', runs }]);
  assert.deepEqual(
    row?.paths.map(({ last }) => last && [last.runId, last.verdict, last.changed]),
    [['2', 'met', false], ['1', 'met', true], undefined, undefined],
  );
});

function drillOf(name: string): Drill {
  return {
    name,
    state: { pipeline: 'runs' },
    failure: [{ kind: 'lose', target: 'postgres' }],
    recovery: {
      restore: [{ stage: 'database-restore', from: 'db' }],
      both: [
        { stage: 'database-restore', from: 'db' },
        { stage: 'ci-replay', from: 'runs' },
      ],
      scripted: [{ stage: 'infrastructure', command: ['make'] }, { stage: 'reattach' }],
      script: [{ stage: 'infrastructure', command: ['make'] }],
    },
  };
}

function runOf(runId: string, { sha256, ...paths }: { sha256: string } & Record<string, string>): EarlierRun {
  return {
    runId,
    utc: `2026-11-2${runId}T00:00:00Z`,
    verdict: 'met',
    rehearsal: true,
    engine: 'processes',
    drillSha256: sha256,
    paths: Object.entries(paths).map(([recovery, verdict]) => ({
      recovery,
      verdict: verdict as Verdict,
      rto: {},
    })),
  };
}
