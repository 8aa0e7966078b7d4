import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Drill } from '../model/drill.js';
import type { NewEvent } from '../model/journal.js';
import type { CaseResult } from '../model/verdict.js';
import { buildJournal, exampleDrill, failedAtMs } from '../testing/journal-builder.js';
import { asking, changing, givenBackup, recovering } from '../testing/situations/build.js';
import type { Edited, Intent } from '../testing/situations/build.js';
import { judge } from './judge.js';

const byHand = { at: 9_000, op: 'create', key: 'a', found: 'absent' } as const;
const baseRun = { at: 30_000, op: 'create', key: 'base', via: 'pipeline', found: 'as-intended' } as const;
const run = { at: 5_000, op: 'create', key: 'b', via: 'pipeline', found: 'as-intended' } as const;
const lostRun = { ...run, found: 'absent' } as const;
const lastRun = { at: 2_000, op: 'create', key: 'c', via: 'pipeline', found: 'absent' } as const;
const replay = { stage: 'ci-replay', from: 'team-pipelines' } as const;
const restore = { stage: 'database-restore', from: 'nightly-db' } as const;

test('exposure - of a pipeline that went on until the failure: since the newest of its runs that came back', () => {
  const { losses, objectives, exposureMs } = judged([replay], [byHand, baseRun, run, lastRun]);
  assert.deepEqual(
    losses.map(({ via, exposureMs: ms }) => [via, Math.round(ms ?? 0)]),
    [
      ['admin-api', 86_400_000],
      ['pipeline', 4_990],
    ],
  );
  assert.equal(exposureMs, losses[0]?.exposureMs);
  assert.deepEqual(verdicts(objectives), [
    ['rpo:admin-api', 'missed'],
    ['rpo:pipeline', 'met'],
  ]);
  assert.match(
    objectives.find(({ id }) => id === 'rpo:pipeline')?.reason ?? '',
    /since the newest run of team-pipelines that came back/,
  );
});

test('exposure - runs that only the backup brought back say nothing of the pipeline', () => {
  const stages = [restore, { ...replay, since: 'artifact' }];
  const [, restored] = judged(stages, [byHand, baseRun, lostRun]).losses;
  assert.equal(restored?.exposureMs, 86_400_000, 'as old as its record');
  const [, replayed] = judged(stages, [byHand, baseRun, run]).losses;
  assert.equal(Math.round(replayed?.exposureMs ?? 0), 4_990);
});

test('exposure - of a pipeline that the drill does not use: since the newest run that was given', () => {
  const changes = { via: ['admin-api', 'pipeline'], pipeline: 'other' } as const;
  const [, loss] = judged([replay], [byHand, run], { changes: { ...changes, via: [...changes.via] } }).losses;
  assert.equal(Math.round(loss?.exposureMs ?? 0), 86_400_000);
});

test('exposure - what runs left behind that nobody acknowledged is missed for the pipeline alone', () => {
  const corrupted = { ...run, found: 'other' } as const;
  const { losses, objectives } = judged([replay], [{ ...byHand, found: 'as-intended' }, baseRun, corrupted]);
  assert.equal(losses[0]?.exposureMs, 86_400_000, 'what came back by hand makes no run newer');
  assert.deepEqual(verdicts(objectives).at(-1), ['rpo:pipeline', 'missed']);
  assert.match(objectives.find(({ id }) => id === 'rpo:pipeline')?.reason ?? '', /1 corrupted/);
});

test('exposure - the age of a given artifact is that at the time of the shard that ran the case', () => {
  const edit = (event: NewEvent): readonly NewEvent[] =>
    event.kind === 'artifact'
      ? [{ ...event, origin: 'given', createdUtc: dayBefore, everyMs: undefined } as unknown as NewEvent]
      : [event];
  const [started, ...rest] = buildJournal({ cases: [{ edit }] });
  assert.ok(started?.kind === 'run-started');
  const shard = { index: 1, runId: 'r', utc: '2026-11-23T23:30:00.000Z', host: {}, cases: ['restore-db#1'] };
  const exposures = [started, { ...started, merged: { of: 1, shards: [shard] } }].map(
    (first) => judge([first, ...rest]).cases[0]?.exposureMs,
  );
  const dayMs = 86_400_000;
  assert.deepEqual(exposures, [dayMs, dayMs + 90 * 60_000]);
});

test('exposure - runs are not older for their record, nor for a backup of which nobody knows when it was taken', () => {
  const recorded = judged([replay], [byHand, baseRun, run], {}, { 'team-pipelines': taken(1_000) });
  assert.equal(recorded.losses[1]?.exposureMs, 4_990);
  const undated = judged([restore, replay], [byHand, baseRun, run], {}, { 'nightly-db': givenBackup });
  assert.equal(undated.losses[1]?.exposureMs, 4_990);
});

test('exposure - of a backup: how often it is taken, or its own date, or nobody knows', () => {
  const of = (artifact: Edited<'artifact'>) => exposed([restore], [artifact]);
  const day = 86_400_000;
  assert.equal(of({}), `${day + 800}: nightly-db is taken every 24 h`);
  assert.equal(of({ createdUtc: dayBefore }), `${day + 800}: nightly-db is taken every 24 h`);
  const given = { ...givenBackup, everyMs: 7_200_000 };
  assert.equal(of(given), '7200000: nightly-db is taken every 2 h');
  assert.equal(of({ ...given, createdUtc: dayBefore }), `${day}: nightly-db is of ${dayBefore}`);
  assert.equal(
    of({ ...given, everyMs: undefined } as unknown as Edited<'artifact'>),
    'the artifact has neither `every:` nor a date, so its age in real life is not known',
  );
});

test('exposure - a date is set off against the wall time of the failure', () => {
  const given = { ...givenBackup, createdUtc: dayBefore };
  assert.equal(exposed([restore], [given], [], 5_000), `86395000: nightly-db is of ${dayBefore}`);
});

test('exposure - of a record of runs: since the newest of them', () => {
  const record = { name: 'team-pipelines', artifact: 'pipeline' } as const;
  const of = (artifact: Edited<'artifact'>) => exposed([replay], [{ ...record, ...artifact }]);
  assert.equal(of({ takenToMs: 30_000 }), '10000: since the newest run of team-pipelines');
  const given = { ...givenBackup, createdUtc: dayBefore };
  assert.equal(of(given), '86400000: since the newest run of team-pipelines');
  assert.equal(of(givenBackup), 'the newest run of the pipeline has no date');
});

test('exposure - of a backup on which WAL was replayed: since the last commit that was replayed', () => {
  const replayed = (artifact: string, ms: number): NewEvent => ({
    ...{ t: 45_000, kind: 'step-ended', stage: 'database-restore', step: 'replay', startedMs: 44_000 },
    ...{ ok: true, replayedTo: { artifact, ms } },
  });
  const of = (...events: NewEvent[]) => exposed([restore], [{}], events);
  assert.equal(of(replayed('nightly-db', 39_990)), '10: WAL replayed on nightly-db');
  assert.equal(
    of(replayed('nightly-db', 39_000), replayed('nightly-db', 39_900), replayed('other', 39_999)),
    '100: WAL replayed on nightly-db',
  );
  assert.equal(of(replayed('other', 39_999)), '86400800: nightly-db is taken every 24 h');
});

test('exposure - of several stages: that of the newest of those of which it is known', () => {
  const old = { ...givenBackup, createdUtc: dayBefore };
  const hourly = { name: 'hourly-db', everyMs: 3_600_000 };
  const hourlyRestore = { ...restore, from: 'hourly-db' };
  for (const stages of [
    [restore, hourlyRestore],
    [hourlyRestore, restore],
  ])
    assert.equal(exposed(stages, [old, hourly]), '3600800: hourly-db is taken every 1 h');
  const undated = { ...givenBackup, everyMs: undefined } as unknown as Edited<'artifact'>;
  assert.equal(exposed([restore, hourlyRestore], [undated, hourly]), '3600800: hourly-db is taken every 1 h');
  assert.equal(exposed([{ stage: 'reattach' }, restore], [old]), '0: the database itself survived');
  const record = { ...givenBackup, name: 'team-pipelines', artifact: 'pipeline' } as const;
  assert.equal(exposed([replay, restore], [record, undated]), 'the newest run of the pipeline has no date');
});

test('exposure - of an artifact that was taken twice: that of the newer', () => {
  const daily = { everyMs: 86_400_000 };
  assert.equal(exposed([restore], [daily, { everyMs: 60_000 }]), '60800: nightly-db is taken every 1 min');
});

test('exposure - of what has no age, or of a failure that never came, is not known', () => {
  const nothing = 'the path starts from nothing that has an age';
  assert.equal(exposed([{ stage: 'infrastructure', command: ['./rebuild.sh'] }], [{}]), nothing);
  assert.equal(exposed([restore], [{ name: 'another' }]), nothing);
  const [cut] = judge(buildJournal({ cases: [{ cutAt: 'failure-issued' }] })).cases;
  const rpo = cut?.objectives.find(({ id }) => id === 'rpo');
  assert.equal(rpo?.reason, 'Exposure is not known: nothing was destroyed.');
});

const dayBefore = '2026-11-22T22:00:40.000Z';

/** A case of the example drill by these stages, with a backup taken 20 s before the failure and runs that are a day old. */
function judged(
  stages: Drill['recovery'][string],
  intents: readonly Intent[],
  more: Partial<Drill> = {},
  artifacts: Readonly<Record<string, Edited<'artifact'>>> = {},
): CaseResult {
  const made = changing(...intents);
  const change = made.cases?.[0]?.edit ?? ((event: NewEvent) => [event]);
  const edit = (event: NewEvent): readonly NewEvent[] => {
    if (event.kind !== 'artifact') return change(event);
    const runs = { ...givenBackup, everyMs: undefined, name: 'team-pipelines', artifact: 'pipeline' };
    const pipeline = { ...event, ...runs, createdUtc: dayBefore } as unknown as typeof event;
    return [{ ...event, ...taken(20_000) }, pipeline].map((it) => ({ ...it, ...artifacts[it.name] }));
  };
  const drill: Partial<Drill> = {
    ...made.drill,
    recovery: { 'restore-db': stages },
    changes: { via: ['admin-api', 'pipeline'], pipeline: 'team-pipelines' },
    objectives: { ...exampleDrill.objectives, rpo: '1h' },
    ...more,
  };
  const [found] = judge(buildJournal({ ...made, drill, cases: [{ edit }] })).cases;
  return found ?? assert.fail('no case');
}

function verdicts(objectives: CaseResult['objectives']): [string, string][] {
  return objectives.filter(({ group }) => group === 'rpo').map(({ id, verdict }) => [id, verdict]);
}

/** Taken so long before the failure, in a second. */
function taken(beforeMs: number): Edited<'artifact'> {
  return { takenFromMs: failedAtMs - beforeMs, takenToMs: failedAtMs - beforeMs + 1_000 };
}

/** What a case without changes says of its exposure: `<ms>: <why>`, or why it is not known. The run may have begun later than its clock. */
function exposed(
  stages: Drill['recovery'][string],
  artifacts: readonly Edited<'artifact'>[],
  events: readonly NewEvent[] = [],
  startedMs = 0,
): string {
  const edit = (event: NewEvent): readonly NewEvent[] => {
    if (event.kind === 'artifact') return artifacts.map((it) => ({ ...event, ...it }));
    if (event.kind.startsWith('ledger-')) return [];
    if (event.kind !== 'recovered-steps') return [event];
    return [...events.map((it) => ({ ...it, ...(event.case !== undefined && { case: event.case }) })), event];
  };
  const journal = buildJournal(asking({ rpo: '1h' }, recovering(stages, { cases: [{ edit }] })));
  const [found] = judge(journal.map((it) => (it.seq === 0 ? { ...it, t: startedMs } : it))).cases;
  const { exposureMs, objectives = [] } = found ?? {};
  const reason = objectives.find(({ id }) => id === 'rpo')?.reason ?? '';
  const [, unknown] = /^Exposure is not known: (.*)\.$/.exec(reason) ?? [];
  const [, why] = /: exposure [^(]*\((.*)\), target 1 h\.$/.exec(reason) ?? [];
  return exposureMs === undefined ? String(unknown) : `${exposureMs}: ${why}`;
}
