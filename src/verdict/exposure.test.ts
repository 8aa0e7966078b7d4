import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Drill } from '../model/drill.js';
import type { NewEvent } from '../model/journal.js';
import type { CaseResult } from '../model/verdict.js';
import { buildJournal, exampleDrill, failedAtMs } from '../testing/journal-builder.js';
import { changing } from '../testing/situations/build.js';
import type { Intent } from '../testing/situations/build.js';
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
  assert.ok(Number(restored?.exposureMs) > 80_000_000, String(restored?.exposureMs));
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
  const { objectives } = judged([replay], [{ ...byHand, found: 'as-intended' }, baseRun, corrupted]);
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

const dayBefore = '2026-11-22T22:00:40.000Z';

/** A case of the example drill by these stages, with a backup taken 20 s before the failure and runs that are a day old. */
function judged(
  stages: Drill['recovery'][string],
  intents: readonly Intent[],
  more: Partial<Drill> = {},
): CaseResult {
  const made = changing(...intents);
  const change = made.cases?.[0]?.edit ?? ((event: NewEvent) => [event]);
  const edit = (event: NewEvent): readonly NewEvent[] => {
    if (event.kind !== 'artifact') return change(event);
    const dated = {
      everyMs: undefined,
      origin: 'given',
      createdUtc: dayBefore,
      takenFromMs: undefined,
      takenToMs: undefined,
    } as const;
    const pipeline = JSON.parse(
      JSON.stringify({ ...event, ...dated, name: 'team-pipelines', artifact: 'pipeline' }),
    ) as NewEvent;
    return [{ ...event, takenFromMs: failedAtMs - 20_000, takenToMs: failedAtMs - 19_000 }, pipeline];
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
