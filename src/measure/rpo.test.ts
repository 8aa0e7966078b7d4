import assert from 'node:assert/strict';
import test from 'node:test';
import type { EventOf } from '../model/journal.js';
import type { LedgerEvent } from './rpo.js';
import { lossOf, newestSurvivorMs, viasOf } from './rpo.js';

type Found = EventOf<'ledger-read-back'>['changes'][number]['found'];
type Outcome = EventOf<'ledger-outcome'>['outcome'] | 'none';
type Told = readonly [op: 'create' | 'update' | 'delete', entity: string, outcome: Outcome, found: Found];

/** Change i is meant at i s and answered 0.1 s later; the failure is at 100 s. */
function loss(told: readonly Told[], via: 'admin-api' | 'pipeline' = 'admin-api') {
  return lossOf(eventsOf(told, via), 'admin-api', 100_000);
}

function eventsOf(told: readonly Told[], via: 'admin-api' | 'pipeline' = 'admin-api'): LedgerEvent[] {
  const events = told.flatMap(([op, key, outcome], place): LedgerEvent[] => {
    const change = String(place);
    const intent = {
      kind: 'ledger-intent',
      seq: 0,
      t: place * 1_000,
      change,
      via,
      op,
      entity: 'consumers',
      key,
    } as const;
    if (outcome === 'none') return [intent];
    return [intent, { kind: 'ledger-outcome', seq: 0, t: place * 1_000 + 100, change, outcome }];
  });
  const changes = told.map(([, , , found], place) => ({ change: String(place), found }));
  return [...events, { kind: 'ledger-read-back', seq: 0, t: 0, changes }];
}

test('loss - nothing lost: from 0 to the newest acknowledged change', () => {
  const found = loss([
    ['create', 'a', 'ok', 'as-intended'],
    ['create', 'b', 'ok', 'as-intended'],
  ]);
  assert.deepEqual([found.acknowledged, found.lost], [2, 0]);
  assert.deepEqual(found.loss, { lowerMs: 0, upperMs: 98_900 });
});

test('loss - from the oldest lost to the newest that survived before it', () => {
  const found = loss([
    ['create', 'a', 'ok', 'as-intended'],
    ['create', 'b', 'ok', 'as-intended'],
    ['create', 'c', 'ok', 'absent'],
    ['create', 'd', 'ok', 'as-intended'],
    ['create', 'e', 'ok', 'absent'],
  ]);
  assert.deepEqual(found.loss, { lowerMs: 97_900, upperMs: 98_900 });
  assert.equal(found.lost, 2);
  assert.match(
    found.details[0] ?? '',
    /^lost: create consumers c, acknowledged 97\.900 s before the failure$/,
  );
});

test('loss - an older state is a lost update, an unknown one is corruption', () => {
  assert.equal(
    loss([
      ['create', 'a', 'ok', 'as-intended'],
      ['update', 'a', 'ok', 'other'],
    ]).lost,
    1,
  );
  const corrupted = loss([
    ['create', 'a', 'ok', 'other'],
    ['update', 'a', 'ok', 'other'],
  ]);
  assert.deepEqual([corrupted.lost, corrupted.corrupted], [0, 1]);
});

test('loss - a deletion undone is resurrected, and counts as loss', () => {
  const found = loss([
    ['create', 'a', 'ok', 'as-intended'],
    ['delete', 'a', 'ok', 'other'],
  ]);
  assert.deepEqual([found.lost, found.resurrected], [0, 1]);
  assert.deepEqual(found.loss, { lowerMs: 98_900, upperMs: 99_900 });
});

test('loss - created and deleted again proves nothing, and is no survivor', () => {
  const found = loss([
    ['create', 'base', 'ok', 'as-intended'],
    ['create', 'a', 'ok', 'absent'],
    ['delete', 'a', 'ok', 'as-intended'],
    ['create', 'b', 'ok', 'absent'],
  ]);
  assert.deepEqual([found.lost, found.resurrected], [1, 0]);
  assert.deepEqual(found.loss, { lowerMs: 96_900, upperMs: 99_900 });
});

test('loss - a deletion that stayed proves nothing either: what it took may never have been brought back', () => {
  const found = loss([
    ['create', 'base', 'ok', 'as-intended'],
    ['delete', 'a', 'ok', 'as-intended'],
    ['create', 'b', 'ok', 'absent'],
  ]);
  assert.deepEqual([found.lost, found.resurrected], [1, 0]);
  assert.deepEqual(found.loss, { lowerMs: 97_900, upperMs: 99_900 });
});

test('loss - the newest that came back, of those after a moment', () => {
  const events = eventsOf([
    ['create', 'a', 'ok', 'as-intended'],
    ['create', 'b', 'ok', 'as-intended'],
    ['create', 'c', 'ok', 'absent'],
  ]);
  assert.equal(newestSurvivorMs(events, 'admin-api'), 1_100);
  assert.equal(newestSurvivorMs(events, 'admin-api', 1_099), 1_100);
  assert.equal(newestSurvivorMs(events, 'admin-api', 1_100), undefined);
  assert.equal(newestSurvivorMs(events, 'pipeline'), undefined);
});

test('loss - refused and there is a phantom; without an answer it is unknown, either way', () => {
  assert.equal(loss([['create', 'a', 'failed', 'as-intended']]).phantom, 1);
  assert.equal(loss([['create', 'a', 'failed', 'absent']]).phantom, 0);
  for (const found of ['as-intended', 'absent'] as const) {
    const unknown = loss([['create', 'a', 'unknown', found]]);
    assert.deepEqual([unknown.lost, unknown.phantom, unknown.unknown], [0, 0, 1]);
  }
  assert.equal(loss([['create', 'a', 'none', 'absent']]).unknown, 1, 'the runner died in between');
});

test('loss - an unanswered update that took effect takes nothing from the change before it', () => {
  const found = loss([
    ['create', 'a', 'ok', 'other'],
    ['update', 'a', 'unknown', 'as-intended'],
  ]);
  assert.deepEqual([found.lost, found.corrupted, found.unknown], [0, 0, 1]);
});

test('loss - what cannot be read back leaves the upper end open', () => {
  const found = loss([
    ['create', 'a', 'ok', 'as-intended'],
    ['create', 'b', 'ok', 'unreadable'],
  ]);
  assert.deepEqual([found.lost, found.unknown], [0, 1]);
  assert.equal(found.loss?.upperMs, null);
});

test('loss - nothing older survived: open', () => {
  assert.deepEqual(loss([['create', 'a', 'ok', 'absent']]).loss, { lowerMs: 99_900, upperMs: null });
});

test('loss - changes through the pipeline are judged apart', () => {
  const found = loss([['create', 'a', 'ok', 'absent']], 'pipeline');
  assert.deepEqual([found.acknowledged, found.lost, found.loss], [0, 0, undefined]);
});

test('loss - nothing is said about what was not read back', () => {
  const intent = { kind: 'ledger-intent', seq: 0, t: 0, change: '0', via: 'pipeline', op: 'create' } as const;
  const events: LedgerEvent[] = [
    { ...intent, entity: 'consumers', key: 'a' },
    { kind: 'ledger-outcome', seq: 0, t: 1, change: '0', outcome: 'ok' },
  ];
  assert.deepEqual(viasOf(events), ['pipeline']);
  assert.equal(lossOf(events, 'pipeline', 100).loss, undefined);
});

test('loss - the oldest are spelled out first, and the rest counted', () => {
  const told = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((key): Told => ['create', key, 'ok', 'absent']);
  const { details } = loss(told.toReversed());
  assert.match(details[0] ?? '', /lost: create consumers g,/);
  assert.equal(details.length, 6);
  assert.equal(details[5], 'lost: 2 more');
});

test('loss - only what was acknowledged counts, and only that can be corrupted', () => {
  const found = loss([
    ['create', 'a', 'ok', 'as-intended'],
    ['create', 'b', 'failed', 'absent'],
    ['create', 'c', 'unknown', 'other'],
    ['create', 'd', 'failed', 'other'],
  ]);
  assert.deepEqual([found.acknowledged, found.corrupted, found.phantom, found.unknown], [1, 0, 0, 1]);
  assert.deepEqual(found.loss, { lowerMs: 0, upperMs: 99_900 });
});

test('loss - a deletion that is undone with content that is nobody’s is resurrected', () => {
  const found = loss([['delete', 'a', 'ok', 'other']]);
  assert.deepEqual([found.resurrected, found.corrupted], [1, 0]);
  assert.match(found.details[0] ?? '', /^resurrected: delete consumers a, acknowledged 99\.900 s before/);
});

test('loss - an entity of which one change could be read is judged by that', () => {
  const found = loss([
    ['create', 'a', 'ok', 'unreadable'],
    ['update', 'a', 'ok', 'as-intended'],
  ]);
  assert.deepEqual([found.lost, found.unknown, found.corrupted], [0, 0, 0]);
});

test('loss - changes are taken in the order in which they were meant, not recorded', () => {
  const at = (t: number, change: string, op: 'create' | 'update') =>
    ({
      kind: 'ledger-intent',
      seq: 0,
      t,
      change,
      via: 'admin-api',
      op,
      entity: 'consumers',
      key: 'a',
    }) as const;
  const ok = (t: number, change: string) =>
    ({ kind: 'ledger-outcome', seq: 0, t, change, outcome: 'ok' }) as const;
  const readBack = [
    { change: 'second', found: 'other' },
    { change: 'first', found: 'as-intended' },
  ] as const;
  const events: LedgerEvent[] = [
    at(2_000, 'second', 'update'),
    ok(2_100, 'second'),
    at(1_000, 'first', 'create'),
    ok(1_100, 'first'),
    { kind: 'ledger-read-back', seq: 0, t: 0, changes: [...readBack] },
  ];
  const found = lossOf(events, 'admin-api', 10_000);
  assert.equal(found.lost, 1);
  assert.match(found.details[0] ?? '', /^lost: update consumers a/);
});

test('loss - every kind of it is spelled out, in order of weight, on its side of the failure', () => {
  const at = (place: number, told: Told): Told[] => [
    ...Array<Told>(place).fill(['create', 'x', 'none', 'unreadable']),
    told,
  ];
  assert.match(
    loss(at(101, ['create', 'late', 'ok', 'absent'])).details[0] ?? '',
    /acknowledged 1\.100 s after the failure$/,
  );
  const { details } = loss([
    ['create', 'unread', 'ok', 'unreadable'],
    ['create', 'ghost', 'failed', 'as-intended'],
    ['create', 'odd', 'ok', 'other'],
    ['delete', 'undone', 'ok', 'other'],
    ['create', 'gone', 'ok', 'absent'],
  ]);
  assert.deepEqual(
    details.map((line) => line.replace(/, .*/, '')),
    [
      'lost: create consumers gone',
      'resurrected: delete consumers undone',
      'corrupted: create consumers odd',
      'phantom: create consumers ghost',
      'unreadable: create consumers unread',
    ],
  );
  assert.match(details[3] ?? '', /, refused 98\.900 s before/);
});
