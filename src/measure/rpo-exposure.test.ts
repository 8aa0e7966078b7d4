import assert from 'node:assert/strict';
import test from 'node:test';
import { exposureOf } from './rpo-exposure.js';

const failed = { atMs: 60_000, atUtc: new Date('2026-01-02T00:00:00Z') };
const hourMs = 3_600_000;

test('exposure - an artifact that the drill takes: its schedule and the time that taking it needs', () => {
  const taken = {
    kind: 'backup',
    origin: 'taken',
    takenFromMs: 1_000,
    takenToMs: 5_000,
    everyMs: hourMs,
  } as const;
  assert.deepEqual(exposureOf([taken], failed), { exposureMs: hourMs + 4_000 });
});

test('exposure - a given artifact: its age in wall time', () => {
  const given = { kind: 'backup', origin: 'given', createdUtc: '2026-01-01T23:00:00Z', everyMs: 1 } as const;
  assert.deepEqual(exposureOf([given], failed), { exposureMs: hourMs });
});

test('exposure - neither schedule nor date: not known', () => {
  const exposure = exposureOf([{ kind: 'backup', origin: 'taken', takenFromMs: 1, takenToMs: 2 }], failed);
  assert.equal(exposure.exposureMs, undefined);
  assert.ok('why' in exposure && exposure.why.includes('every:'));
});

test('exposure - a pipeline: since the end of its newest run; a survivor: none', () => {
  assert.deepEqual(exposureOf([{ kind: 'pipeline', newestRunEndMs: 50_000 }], failed), {
    exposureMs: 10_000,
  });
  assert.deepEqual(exposureOf([{ kind: 'survivor' }], failed), { exposureMs: 0 });
});

test('exposure - WAL replayed on a base backup: since the last commit of it, whatever came after the failure', () => {
  assert.deepEqual(exposureOf([{ kind: 'replayed', toMs: 58_000 }], failed), { exposureMs: 2_000 });
  assert.deepEqual(exposureOf([{ kind: 'replayed', toMs: 61_000 }], failed), { exposureMs: 0 });
});

test('exposure - layered stages: the newest', () => {
  const old = { kind: 'backup', origin: 'taken', everyMs: hourMs } as const;
  assert.deepEqual(exposureOf([old, { kind: 'pipeline', newestRunEndMs: 59_000 }], failed), {
    exposureMs: 1_000,
  });
  assert.equal(exposureOf([], failed).exposureMs, undefined);
});

test('exposure - a pipeline without a time of this run: its date, and without that not known', () => {
  const dated = { kind: 'pipeline', createdUtc: '2026-01-01T23:00:00Z' } as const;
  assert.deepEqual(exposureOf([dated], failed), { exposureMs: hourMs });
  assert.deepEqual(exposureOf([{ kind: 'pipeline' }], failed), {
    exposureMs: undefined,
    why: 'the newest run of the pipeline has no date',
  });
});

test('exposure - a date counts only where it is one, and only of what is given', () => {
  const scheduled = { kind: 'backup', everyMs: hourMs, createdUtc: '2026-01-01T12:00:00Z' } as const;
  assert.deepEqual(exposureOf([{ ...scheduled, origin: 'taken' }], failed), { exposureMs: hourMs });
  const odd = { ...scheduled, origin: 'given', createdUtc: 'yesterday' } as const;
  assert.deepEqual(exposureOf([odd], failed), { exposureMs: hourMs });
  const future = { kind: 'backup', origin: 'given', createdUtc: '2026-01-03T00:00:00Z' } as const;
  assert.deepEqual(exposureOf([future], failed), { exposureMs: 0 });
});

test('exposure - nothing that has an age', () => {
  assert.deepEqual(exposureOf([], failed), {
    exposureMs: undefined,
    why: 'the recovery path starts from nothing that has an age',
  });
});
