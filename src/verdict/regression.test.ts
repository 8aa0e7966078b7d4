import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EarlierRun } from '../model/history.js';
import type { ObjectiveResult } from '../model/verdict.js';
import { buildJournal, exampleDrill } from '../testing/journal-builder.js';
import type { JournalShape } from '../testing/journal-builder.js';
import { judge } from './judge.js';
import { partsOf } from './parts.js';

const budget = { objectives: { ...exampleDrill.objectives, regression: { runs: 3 } } };
/** The run that is judged is back between 5.0 s and 5.2 s after the failure; its target is a minute. */
const usual = { restoreMs: 300, trafficMs: 4_000 };

function earlierRun(upperMs: number | null, changes: Partial<EarlierRun> = {}): EarlierRun {
  const parts = [
    { name: 'before the first step', tookMs: 1_702 },
    { name: 'database-restore: postgres', tookMs: 898 },
    { name: 'database-restore: restore', tookMs: usual.restoreMs },
    { name: 'after the last step, until traffic was back', tookMs: 800 },
    { name: 'after the last step, until parity was back', tookMs: 1 },
  ];
  return {
    runId: 'r',
    utc: '2026-11-22T22:00:00.000Z',
    verdict: 'met',
    rehearsal: false,
    engine: 'processes',
    drillSha256: 'a'.repeat(64),
    paths: [{ recovery: 'restore-db', verdict: 'met', rto: { traffic: { lowerMs: 1, upperMs } }, parts }],
    ...changes,
  };
}

function regressionOf(earlier: readonly EarlierRun[], shape: JournalShape = {}): ObjectiveResult {
  const result = judge(buildJournal({ drill: budget, earlier, ...shape }));
  const found = result.cases[0]?.objectives.find(({ id }) => id === 'regression:traffic');
  assert.ok(found);
  return found;
}

const runs = (...uppers: readonly (number | null)[]) => uppers.map((upperMs) => earlierRun(upperMs));

test('regression - missed where the lower bound is above the upper bounds of the last runs, though the target is met', () => {
  const result = judge(buildJournal({ drill: budget, earlier: runs(4_000, 4_200, 4_100) }));
  const of = (id: string) => result.cases[0]?.objectives.find((it) => it.id === id)?.verdict;
  assert.equal(of('rto-traffic'), 'met');
  assert.equal(of('regression:traffic'), 'missed');
  assert.equal(result.exitCode, 1);
});

test('regression - the part that grew most is named first, with what it took before', () => {
  const { reason, details } = regressionOf(runs(4_000, 4_200, 4_100));
  assert.match(
    reason,
    /^4\.9\d–5\.\d\d s, above all of the last 3 runs \(at most 4\.20 s\); grown most: database-restore: restore, 1\.60 s \(before at most 300 ms\)\.$/,
  );
  assert.doesNotMatch([reason, ...details].join(), /until parity|postgres/);
  const grown = regressionOf(runs(4_000, 4_200, 4_100).map((run) => withPart(run, 'step', 1_000)));
  assert.match(grown.reason, /grown most: database-restore: restore, 1\.60 s/, 'not the first that grew');
  assert.equal(grown.details[0], 'before the first step, 1.70 s (before at most 1.00 s)');
  assert.doesNotMatch(grown.details.join(), /restore/);
});

test('regression - a part that was not there before is named so', () => {
  const bare = runs(4_000, 4_200, 4_100).map((run) => ({
    ...run,
    paths: run.paths.map((path) => ({ ...path, parts: path.parts?.slice(0, 2) ?? [] })),
  }));
  assert.match(regressionOf(bare).reason, /restore, 1\.60 s \(not there before\)/);
  const silent = bare.map((run) => ({ ...run, paths: run.paths.map((path) => ({ ...path, parts: [] })) }));
  assert.match(regressionOf(silent).reason, /grown most: before the first step/);
});

test('regression - one run that was as slow is enough, and only the last ones count', () => {
  assert.equal(regressionOf(runs(4_000, 5_100, 4_100)).verdict, 'met');
  assert.equal(regressionOf(runs(4_000, 5_000, 4_100)).verdict, 'met', 'within the interval of this run');
  assert.equal(regressionOf(runs(9_000, 4_000, 4_200, 4_100)).verdict, 'missed');
  const { targetMs, measured, target } = regressionOf(runs(4_000, 5_100, 4_100));
  assert.deepEqual([targetMs, target], [5_100, 'not above the last 3 runs']);
  assert.ok(measured && measured.lowerMs < 5_100);
});

test('regression - fewer runs than the budget names prove nothing', () => {
  const { verdict, reason } = regressionOf(runs(4_000, 4_200));
  assert.equal(verdict, 'inconclusive');
  assert.match(reason, /the last 3 runs, of which 2 are known/);
});

test('regression - only runs count that can be compared', () => {
  for (const other of [
    earlierRun(4_000, { engine: 'containers' }),
    earlierRun(4_000, { rehearsal: true }),
    earlierRun(null),
    earlierRun(4_000, { paths: [] }),
    earlierRun(4_000, { paths: [{ recovery: 'another', verdict: 'met', rto: {} }] }),
    earlierRun(4_000, { paths: [{ recovery: 'restore-db', verdict: 'met', rto: {} }] }),
  ])
    assert.equal(regressionOf([other, ...runs(4_200, 4_100)]).verdict, 'inconclusive');
});

test('regression - the runs of another path say nothing, wherever they stand', () => {
  const both = runs(4_000, 4_200, 4_100).map((run) => {
    const rto = { traffic: { lowerMs: 1, upperMs: 9_000 } };
    return { ...run, paths: [{ recovery: 'another', verdict: 'met' as const, rto }, ...run.paths] };
  });
  assert.equal(regressionOf(both).verdict, 'missed');
});

test('regression - what was compared is told in words', () => {
  assert.match(
    regressionOf(runs(4_000, 5_100, 4_100)).reason,
    /^4\.9\d–5\.\d\d s, not clearly above the last 3 runs \(at most 5\.10 s\)\.$/,
  );
  const { title, details } = regressionOf(runs(4_000, 4_200));
  assert.equal(title, 'Regression traffic');
  assert.match(details[0] ?? '', /^Runs count that stopped this clock of this path, on the same engine/);
});

test('regression - no outage at all is no slower than anything', () => {
  const cases = [{ outage: { fromMs: 0, toMs: 0 } }];
  const { verdict, reason, measured } = regressionOf(runs(1, 1, 1), { cases });
  assert.deepEqual([verdict, reason, measured], ['met', 'No outage was seen.', undefined]);
});

test('regression - what was not timed is not judged', () => {
  const blind = { edit: (event: { kind: string }) => (event.kind === 'probes' ? [] : [event]) } as never;
  assert.match(regressionOf(runs(1, 1, 1), { cases: [blind] }).reason, /^Not timed: /);
  assert.equal(regressionOf(runs(1, 1, 1), { cases: [{ cutAt: 'failure-issued' }] }).notRun, true);
});

test('regression - only the clocks that have a target, and nothing without a budget', () => {
  const ids = (drill: JournalShape['drill']) =>
    judge(buildJournal({ drill: drill ?? {} })).cases[0]?.objectives.filter(
      ({ group }) => group === 'regression',
    );
  assert.deepEqual(ids({}), []);
  const one = { objectives: { rto: { config: '90s' }, regression: { runs: 3 } } };
  assert.deepEqual(
    ids(one)?.map(({ id }) => id),
    ['regression:config'],
  );
});

test('parts - from the failure to the end of each clock, steps of one name added up', () => {
  const step = (name: string, startedMs: number, endedMs?: number) => ({
    stage: 'stage',
    step: name,
    title: name,
    startedMs,
    ...(endedMs !== undefined && { endedMs }),
  });
  const clock = (name: 'traffic' | 'parity', upperMs: number | null) => ({
    clock: name,
    seen: 'outage' as const,
    floorMs: 1,
    rto: { lowerMs: 1, upperMs },
    perNode: [],
  });
  const steps = [
    step('a', 1_100, 1_300),
    step('b', 1_300, 1_350.0004),
    step('a', 1_350, 1_400),
    step('c', 1_400),
  ];
  assert.deepEqual(
    partsOf({ failedAtMs: 1_000, steps, clocks: [clock('traffic', 350), clock('parity', null)] }),
    [
      { name: 'before the first step', tookMs: 100 },
      { name: 'stage: a', tookMs: 250 },
      { name: 'stage: b', tookMs: 50 },
      { name: 'after the last step, until traffic was back', tookMs: 0 },
    ],
  );
  assert.deepEqual(partsOf({ steps, clocks: [] }), []);
  assert.deepEqual(partsOf({ failedAtMs: 1, steps: [], clocks: [clock('traffic', 3)] }), []);
});

/** An earlier run in which the parts whose names end so took this long. */
function withPart(run: EarlierRun, end: string, tookMs: number): EarlierRun {
  const taking = (part: { readonly name: string; readonly tookMs: number }) =>
    part.name.endsWith(end) ? { ...part, tookMs } : part;
  return { ...run, paths: run.paths.map((path) => ({ ...path, parts: path.parts?.map(taking) ?? [] })) };
}
