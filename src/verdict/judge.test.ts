import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkJournal } from '../journal/check-journal.js';
import type { Drill } from '../model/drill.js';
import { probeOutcomeWords } from '../model/journal.js';
import type { JournalEvent, KindComparison, NewEvent, Sample } from '../model/journal.js';
import { runResultSchema } from '../model/verdict.js';
import type { RunResult, Verdict } from '../model/verdict.js';
import { change, editedCases } from '../testing/edited-cases.js';
import { situations } from '../testing/situations/situations.js';
import { buildJournal, exampleDrill, failedAtMs, kindComparison } from '../testing/journal-builder.js';
import type { CaseShape } from '../testing/journal-builder.js';
import { judge } from './judge.js';

const judged = (shape: Parameters<typeof buildJournal>[0] = {}): RunResult => judge(buildJournal(shape));

function objective(result: RunResult, id: string, at = 0) {
  const found = result.cases[at]?.objectives.find((it) => it.id === id);
  assert.ok(
    found,
    `no objective ${id} in ${result.cases[at]?.objectives.map((it) => it.id).join(' ') ?? ''}`,
  );
  return found;
}

test('judge - a synthetic journal is one that the schema accepts', async () => {
  assert.deepEqual(await checkJournal(buildJournal()), []);
});

test('judge - a run in which everything is back is met, with figures', () => {
  const result = judged();
  assert.deepEqual(
    result.cases[0]?.objectives.filter((it) => it.verdict !== 'met').map((it) => `${it.id}: ${it.reason}`),
    [],
  );
  assert.equal(result.verdict, 'met');
  assert.equal(result.exitCode, 0);
  assert.equal(result.complete, true);
  const rto = objective(result, 'rto-traffic').measured;
  assert.ok(
    rto && rto.upperMs !== null && rto.lowerMs <= 5_000 && rto.upperMs >= 5_000 && rto.upperMs < 5_300,
  );
  assert.match(
    result.sentence,
    /^1 of 1 recovery path met the objectives\. restore-db met every objective; back/,
  );
});

for (const [what, id, verdict, exitCode, shape] of editedCases) {
  test(`judge - ${what}: ${id} is ${verdict}, exit ${exitCode}`, () => {
    const result = judged({ cases: [shape] });
    assert.equal(objective(result, id).verdict, verdict);
    assert.equal(result.cases[0]?.verdict, verdict);
    assert.equal(result.verdict, verdict);
    assert.equal(result.exitCode, exitCode);
  });
}

test('judge - no outage within the detection floor is met and says so, never 0 s', () => {
  const drill = { impact: { traffic: 'none' } } as const;
  const result = judged({ drill, cases: [{ outage: { fromMs: 0, toMs: 0 } }] });
  const { verdict, reason, measured } = objective(result, 'rto-traffic');
  assert.equal(verdict, 'met');
  assert.match(reason, /^No outage seen \(shorter than 1\d\d ms would not be seen\)/);
  assert.equal(measured, undefined);
});

test('judge - an impact that the drill rules out is a finding, not a verdict', () => {
  const result = judged({ drill: { impact: { traffic: 'none' } } });
  assert.equal(result.verdict, 'met');
  assert.match(result.cases[0]?.notes[0]?.text ?? '', /expects no outage of traffic/);
});

test('judge - an outage too short for the probes of a change is seen by the requests that need the database', () => {
  const changesGoThrough = change('probes', (event) => [
    event.stream.startsWith('config')
      ? { ...event, samples: event.samples.map(([index, sent, done]): Sample => [index, sent, done, 0]) }
      : event,
  ]);
  const impact = { traffic: 'outage', uncached: 'outage', config: 'outage' } as const;
  const failure = objective(
    judged({ drill: { impact }, cases: [{ edit: changesGoThrough }] }),
    'failure-confirmed',
  );
  assert.equal(failure.verdict, 'met');
  assert.ok(
    failure.details.includes('configuration changes: an outage expected, an outage seen before recovery'),
    failure.details.join('\n'),
  );
});

test('judge - a probe that ran out of time while the probes stood still is no impact', () => {
  const timeout = probeOutcomeWords.indexOf('timeout');
  const stalled = change('probes', (event) => {
    const samples = event.samples.map(([index, sent, done, outcome]): Sample =>
      outcome === 0 ? [index, sent, done, 0] : [index, sent, sent + 1_000, timeout],
    );
    const { stream, ...rest } = event;
    const stall = { fromMs: failedAtMs, toMs: failedAtMs + 7_000, dropped: 0 };
    const stalls = stream.startsWith('uncached') ? [{ ...rest, kind: 'probe-stall' as const, ...stall }] : [];
    return [{ ...event, samples }, ...stalls];
  });
  const failure = objective(judged({ cases: [{ edit: stalled }] }), 'failure-confirmed');
  assert.equal(failure.verdict, 'inconclusive');
  assert.match(failure.reason, /traffic: an outage expected, no outage seen before recovery/);
});

test('judge - a recovery that was watched for less than 10 s has not been seen to last', () => {
  const short = change('probes', (event) => [
    { ...event, samples: event.samples.filter(([, sentMs]) => sentMs < failedAtMs + 14_000) },
  ]);
  const { verdict, reason } = objective(judged({ cases: [{ edit: short }] }), 'rto-traffic');
  assert.equal(verdict, 'inconclusive');
  assert.match(reason, /the window of 10\.0 s without a failure was not over/);
});

test('judge - a failure that comes twice is confirmed twice', () => {
  const { result, confirmed } = twice(true);
  assert.deepEqual([result.verdict, confirmed], ['met', [true, true]]);
  const once = twice(false);
  assert.equal(objective(once.result, 'failure-confirmed').verdict, 'inconclusive');
  assert.deepEqual(once.confirmed, [true, false]);
});

/** The failure of the example again, after its confirmation; confirmed again, or not. */
function twice(again: boolean) {
  let issued: NewEvent | undefined;
  const edit = (event: NewEvent): readonly NewEvent[] => {
    if (event.kind === 'failure-issued') issued = event;
    if (event.kind !== 'failure-confirmed' || !issued) return [event];
    return [
      event,
      { ...issued, t: failedAtMs + 1_550 },
      ...(again ? [{ ...event, t: failedAtMs + 1_560 }] : []),
    ];
  };
  const result = judged({ cases: [{ edit }] });
  return { result, confirmed: result.cases[0]?.failures.map((it) => it.confirmed) };
}

test('judge - more lost than the RPO allows is missed, whatever the exposure is', () => {
  const survived: Partial<Drill> = {
    recovery: { 'restore-db': [{ stage: 'reattach' }] },
    objectives: { ...exampleDrill.objectives, rpo: '5s' },
  };
  const { verdict, reason } = objective(judged({ drill: survived }), 'rpo');
  assert.equal(verdict, 'missed');
  assert.match(reason, /^More was lost than the target of 5 s allows/);
});

for (const [name, paths, require, verdict, exitCode] of [
  ['all, one missed', ['met', 'missed'], 'all', 'missed', 1],
  ['any, one missed', ['met', 'missed'], 'any', 'met', 0],
  ['any, none met', ['missed', 'inconclusive'], 'any', 'inconclusive', 2],
  ['any, all missed', ['missed', 'missed'], 'any', 'missed', 1],
  ['all, one inconclusive', ['met', 'inconclusive'], 'all', 'inconclusive', 2],
  ['all, missed beats inconclusive', ['inconclusive', 'missed'], 'all', 'missed', 1],
  ['none left', [], 'all', 'inconclusive', 2],
] as const) {
  test(`judge - paths compose, ${name}`, () => {
    const stage = exampleDrill.recovery['restore-db'] ?? [];
    const names = paths.map((_, index) => `path-${index}`);
    const result = judged({
      drill: { require, recovery: Object.fromEntries(['spare', ...names].map((it) => [it, stage])) },
      skipped: [{ recovery: 'spare', reason: 'pg_restore is missing' }],
      cases: names.map((recovery, index) => ({ recovery, ...ending(paths[index] ?? 'met') })),
    });
    assert.equal(result.verdict, verdict);
    assert.equal(result.exitCode, exitCode);
    assert.match(result.sentence, /Skipped: spare\./);
  });
}

function ending(verdict: Verdict): CaseShape {
  if (verdict === 'met') return {};
  const faults = verdict === 'missed' ? ['empty'] : [];
  return { edit: change('artifact', (event) => (faults.length > 0 ? [{ ...event, faults }] : [])) };
}

test('judge - steps that never began are told from steps that never ended', () => {
  const reasonOf = (shape: CaseShape): string =>
    objective(judged({ cases: [shape], ended: false }), 'recovery-steps').reason;
  assert.equal(reasonOf({ cutAt: 'failure-issued' }), 'The run did not get as far as a recovery step.');
  assert.match(reasonOf({ cutAt: 'step-ended' }), /^The run stopped in the middle of step `/);
});

test('judge - without a steady state before the failure no clock of the probes is missed', () => {
  const unsteady = change('steady-state', (event) => [{ ...event, from: 29_000 }]);
  const drill = { objectives: { ...exampleDrill.objectives, rto: { traffic: '2s', parity: '2s' } } };
  const result = judged({ drill, cases: [{ edit: unsteady }] });
  assert.equal(objective(result, 'rto-traffic').verdict, 'inconclusive');
  assert.match(objective(result, 'rto-traffic').reason, /beyond the target of 2 s; no proof/);
  assert.equal(objective(result, 'rto-parity').verdict, 'missed');
});

test('judge - where nothing answers before the failure, nothing is destroyed, and that proves nothing', () => {
  const [, shape] = situations.find(([what]) => what === 'nothing answers before the failure') ?? [];
  const result = judged(shape);
  assert.deepEqual([result.verdict, result.exitCode, result.cases[0]?.failures], ['inconclusive', 2, []]);
  assert.match(
    objective(result, 'steady-state').reason,
    /^Nothing was destroyed, for .*last seen: ECONNREFUSED from /,
  );
  assert.equal(objective(result, 'failure-confirmed').notRun, true);
});

test('judge - where the runner or its engine failed nothing is missed, but an artifact that is bad', () => {
  const drill = { objectives: { ...exampleDrill.objectives, rto: { traffic: '2s', parity: '2s' } } };
  const failed = change('case-ended', (event) => [{ ...event, outcome: 'failed', error: 'Docker is gone' }]);
  const verdictWith = (edit: typeof failed) => {
    const result = judged({ drill, cases: [{ edit }] });
    return [result.verdict, result.exitCode, objective(result, 'rto-parity').verdict];
  };
  assert.deepEqual(verdictWith(failed), ['inconclusive', 3, 'inconclusive']);
  const empty = change('artifact', (event) => [{ ...event, faults: ['empty'] }]);
  assert.deepEqual(
    verdictWith((event) => failed(event).flatMap(empty)),
    ['missed', 3, 'inconclusive'],
  );
});

test('judge - the worst repetition is the path', () => {
  const result = judged({
    cases: [{ repetition: 1 }, { repetition: 2, ...ending('missed') }, { repetition: 3 }],
  });
  assert.deepEqual(result.paths, [
    { recovery: 'restore-db', verdict: 'missed', repetitions: 3, met: 2, required: true },
  ]);
});

for (const cutAt of ['artifact', 'failure-issued', 'step-ended', 'comparison', 'case-ended'] as const) {
  test(`judge - killed before ${cutAt}: not complete, nothing met, exit 3`, () => {
    const result = judged({ cases: [{ cutAt }], ended: false });
    assert.equal(result.complete, false);
    assert.equal(result.verdict, 'inconclusive');
    assert.equal(result.exitCode, 3);
    assert.ok(result.limits.some((limit) => limit.includes('breaks off')));
  });
}

for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`judge - interrupted by ${signal} exits ${exitCode}, and keeps what was measured`, () => {
    const events = buildJournal({ ended: false, cases: [{ cutAt: 'comparison' }] });
    const seq = events.length;
    const result = judge([...events, { seq, t: 70_001, kind: 'interrupted', signal }]);
    assert.equal(result.exitCode, exitCode);
    assert.equal(objective(result, 'rto-traffic').verdict, 'met');
    assert.equal(objective(result, 'parity').notRun, true);
  });
}

test('judge - events that are missing from the journal make the run a failed one', () => {
  const events = buildJournal().filter((event) => event.seq !== 20);
  const result = judge(events);
  assert.equal(result.exitCode, 3);
  assert.ok(result.limits.some((limit) => limit.includes('hole: 1 event')));
});

test('judge - declared loss is met, undeclared loss and a stale declaration are missed', () => {
  const declare = (kinds: string[]) => ({
    objectives: {
      ...exampleDrill.objectives,
      parity: {
        level: 'equivalent' as const,
        declaredLoss: [{ recovery: 'restore-db', kinds, reason: 'hashes' }],
      },
    },
  });
  const lost = change('comparison', (event) => [
    {
      ...event,
      kinds: [kindComparison('basic-auth', { changed: 4, identical: 8 }), kindComparison('routes')],
    },
  ]);
  const cases = [{ edit: lost }];
  assert.equal(objective(judged({ cases }), 'parity:basic-auth').verdict, 'missed');
  assert.equal(
    objective(judged({ cases, drill: declare(['basic-auth']) }), 'parity:basic-auth').verdict,
    'met',
  );
  assert.equal(objective(judged({ cases, drill: declare(['routes']) }), 'parity:routes').verdict, 'missed');
  assert.equal(objective(judged({ cases, drill: declare(['jwt']) }), 'parity:jwt').verdict, 'inconclusive');
});

test('judge - a declared loss that logins disprove, or of fields that no longer differ, is stale', () => {
  const objectives = (fields?: string[]): Partial<Drill> => ({
    objectives: {
      ...exampleDrill.objectives,
      parity: {
        level: 'equivalent',
        declaredLoss: [
          { recovery: 'restore-db', kinds: ['key-auth'], reason: 'hashes', ...(fields && { fields }) },
        ],
      },
    },
  });
  const found = (kind: Partial<KindComparison>): CaseShape => ({
    edit: change('comparison', (event) => [
      { ...event, kinds: [kindComparison('key-auth', kind), kindComparison('routes')] },
    ]),
  });
  const verdictOf = (kind: Partial<KindComparison>, fields?: string[]): string =>
    objective(judged({ cases: [found(kind)], drill: objectives(fields) }), 'parity:key-auth').verdict;
  assert.equal(verdictOf({ unproven: 4, identical: 8 }), 'missed');
  const changed = { changed: 4, identical: 8, changedSets: [{ fields: ['ttl'], count: 4 }] };
  assert.equal(verdictOf(changed), 'met');
  assert.equal(verdictOf(changed, ['ttl']), 'met');
  assert.equal(verdictOf(changed, ['ttl', 'key']), 'missed');
});

test('judge - a rehearsal says so in its sentence and its limits', () => {
  const result = judged({ rehearsal: true });
  assert.match(result.sentence, /^Rehearsal with a stand-in for Kong: /);
  assert.match(result.limits[0] ?? '', /no evidence about a real Kong/);
});

test('judge - taking any evidence away never turns a verdict into met', () => {
  const bad = buildJournal({
    cases: [
      { edit: change('comparison', (e) => [{ ...e, kinds: [kindComparison('routes', { unproven: 1 })] }]) },
    ],
  });
  const droppable = bad.filter((event) => event.kind !== 'run-started').map((event) => event.seq);
  fc.assert(
    fc.property(fc.subarray(droppable), (dropped) => {
      const gone = new Set(dropped);
      const rest = bad.filter((event) => !gone.has(event.seq)).map((event, seq) => ({ ...event, seq }));
      assert.notEqual(judge(rest).verdict, 'met');
    }),
    { numRuns: 50 },
  );
});

test('judge - the result is one that its schema accepts, whatever happened', async () => {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const validate = new Ajv2020({ discriminator: true, strict: false }).compile(runResultSchema);
  const shapes = [{}, ...editedCases.map(([, , , , shape]) => shape), { cutAt: 'artifact' as const }];
  for (const shape of shapes) {
    assert.ok(
      validate(JSON.parse(JSON.stringify(judged({ cases: [shape] })))),
      JSON.stringify(validate.errors),
    );
  }
});

test('judge - figures are rounded to the microsecond', () => {
  const text = JSON.stringify(judged({ cases: [{ outage: { fromMs: 1_000.123, toMs: 5_000.987 } }] }).cases);
  assert.deepEqual(text.match(/\d\.\d{4,}/g), null);
});

test('judge - the same journal gives the same result, to the byte', () => {
  const events = buildJournal();
  assert.equal(
    JSON.stringify(judge(events)),
    JSON.stringify(judge(JSON.parse(JSON.stringify(events)) as JournalEvent[])),
  );
});

test('judge - a journal without a beginning is refused with a sentence', () => {
  assert.throws(() => judge([]), /does not say which run it is of/);
});

test('judge - wall time is a label only: another date changes no figure of what the drill takes itself', () => {
  const moved = buildJournal().map((event) =>
    event.kind === 'run-started' ? { ...event, utc: '1999-12-31T23:59:59.000Z' } : event,
  );
  assert.deepEqual(judge(moved).cases, judged().cases);
});

test('judge - what changed on the host until the end stands beside what was known at the beginning', () => {
  const events = buildJournal({ ended: false });
  const at = { seq: events.length, t: 80_000 };
  const { host } = judge([...events, { ...at, kind: 'host', facts: { wallClockDriftMs: -3 } }]);
  assert.deepEqual([host.cores, host.wallClockDriftMs], [2, -3]);
});

test('judge - what a run says of itself is in its result, and nothing that it does not say', () => {
  const [first, ...rest] = buildJournal();
  assert.ok(first?.kind === 'run-started');
  const said = {
    ciLink: 'https://ci.example/7',
    shard: { index: 1, of: 2, cases: [] },
    merged: { of: 2, shards: [] },
  };
  const programme = { every: '30d', drills: [] };
  const at = { seq: rest.length + 1, t: 90_000 };
  const result = judge([{ ...first, ...said, t: 500 }, ...rest, { ...at, kind: 'programme', programme }]);
  assert.deepEqual(
    { ciLink: result.ciLink, shard: result.shard, merged: result.merged, programme: result.programme },
    { ...said, programme },
  );
  assert.equal(result.durationMs, 89_500);
  const silent = judged();
  for (const key of [...Object.keys(said), 'programme']) assert.ok(!(key in silent), key);
});

test('judge - with any, only a path that met is still required once one has', () => {
  const stage = exampleDrill.recovery['restore-db'] ?? [];
  const requiredOf = (require: 'all' | 'any', ...endings: readonly Verdict[]) =>
    judged({
      drill: { require, recovery: Object.fromEntries(endings.map((_, index) => [`path-${index}`, stage])) },
      cases: endings.map((verdict, index) => ({ recovery: `path-${index}`, ...ending(verdict) })),
    }).paths.map(({ required }) => required);
  assert.deepEqual(requiredOf('any', 'met', 'missed', 'inconclusive'), [true, false, false]);
  assert.deepEqual(requiredOf('any', 'missed', 'inconclusive'), [true, true]);
  assert.deepEqual(requiredOf('all', 'met', 'missed'), [true, true]);
});

test('judge - what was noted of the run as a whole is in its result', () => {
  const [first, ...rest] = buildJournal();
  assert.ok(first);
  const crowd: JournalEvent = {
    seq: 1,
    t: first.t,
    kind: 'note',
    level: 'warning',
    text: '3 cases ran side by side',
  };
  const later = rest.map((event) => ({ ...event, seq: event.seq + 1 }));
  assert.deepEqual(judge([first, crowd, ...later]).notes, [
    { level: 'warning', text: '3 cases ran side by side' },
  ]);
});
