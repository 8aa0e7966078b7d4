/** One case after another in which one thing went wrong, with the objective that has to say so, its verdict and the exit code. */
import assert from 'node:assert/strict';
import type { JournalEvent, NewEvent } from '../model/journal.js';
import type { Verdict } from '../model/verdict.js';
import { failedAtMs, kindComparison } from './journal-builder.js';
import type { CaseShape } from './journal-builder.js';

/** Replaces every event of one kind. */
export function change<K extends JournalEvent['kind']>(
  kind: K,
  map: (event: Extract<NewEvent, { kind: K }>) => readonly NewEvent[],
): NonNullable<CaseShape['edit']> {
  return (event) => (event.kind === kind ? map(event as Extract<NewEvent, { kind: K }>) : [event]);
}

export const editedCases: readonly (readonly [string, string, Verdict, number, CaseShape])[] = [
  [
    'an artifact with a fault',
    'artifact:nightly-db',
    'missed',
    1,
    { edit: change('artifact', (e) => [{ ...e, faults: ['checksum is wrong'] }]) },
  ],
  ['no artifact', 'artifact:nightly-db', 'inconclusive', 2, { edit: change('artifact', () => []) }],
  [
    'a failure without confirmation',
    'failure-confirmed',
    'inconclusive',
    2,
    { edit: change('failure-confirmed', (e) => [{ ...e, confirmed: false }]) },
  ],
  [
    'a failure that nobody asked about',
    'failure-confirmed',
    'inconclusive',
    2,
    { edit: change('failure-confirmed', () => []) },
  ],
  [
    'an expected impact that was not seen',
    'failure-confirmed',
    'inconclusive',
    2,
    { outage: { fromMs: 3_000, toMs: 5_000 } },
  ],
  ['no steady state', 'steady-state', 'inconclusive', 2, { edit: change('steady-state', () => []) }],
  [
    'a steady state too short',
    'steady-state',
    'inconclusive',
    2,
    { edit: change('steady-state', (e) => [{ ...e, from: 29_000 }]) },
  ],
  [
    'a recovery step that failed',
    'recovery-steps',
    'missed',
    1,
    { edit: change('step-ended', (e) => [{ ...e, ok: false, exitCode: 1, detail: 'pg_restore: error' }]) },
  ],
  [
    'steps that never ended',
    'recovery-steps',
    'inconclusive',
    2,
    { edit: change('recovered-steps', () => []) },
  ],
  [
    'an RTO beyond the target',
    'rto-parity',
    'missed',
    1,
    {
      edit: change('snapshot', (e) => [{ ...e, beganMs: e.beganMs + 200_000, endedMs: e.endedMs + 200_000 }]),
    },
  ],
  ['no snapshot', 'rto-parity', 'inconclusive', 2, { edit: change('snapshot', () => []) }],
  [
    'traffic that never came back',
    'rto-traffic',
    'inconclusive',
    2,
    { outage: { fromMs: 1_000, toMs: 28_000 } },
  ],
  [
    'an artifact without a schedule',
    'rpo',
    'inconclusive',
    2,
    { edit: change('artifact', (e) => [{ ...e, everyMs: undefined } as unknown as NewEvent]) },
  ],
  [
    'a dated backup of one’s own that holds no change of the run',
    'rpo',
    'met',
    0,
    { edit: change('artifact', (e) => [ownBackup(e, { createdUtc: '2026-11-23T20:00:00.000Z' })]) },
  ],
  [
    'a backup of one’s own of unknown date that holds no change of the run',
    'rpo',
    'inconclusive',
    2,
    { edit: change('artifact', (e) => [ownBackup(e, {})]) },
  ],
  [
    'an exposure beyond the target',
    'rpo',
    'missed',
    1,
    { edit: change('artifact', (e) => [{ ...e, everyMs: 90_000_000 }]) },
  ],
  [
    'WAL replayed to a commit that is older than the target',
    'rpo',
    'missed',
    1,
    {
      edit: change('step-ended', (e) => [
        { ...e, replayedTo: { artifact: 'nightly-db', ms: failedAtMs - 91_000_000 } },
      ]),
    },
  ],
  [
    'WAL replayed to just before the failure, of an artifact without a schedule',
    'rpo',
    'met',
    0,
    { edit: (event) => replayed(event, ['as-intended', 'absent']) },
  ],
  [
    'a change missing that the replayed WAL holds',
    'rpo',
    'missed',
    1,
    { edit: (event) => replayed(event, ['absent', 'as-intended']) },
  ],
  [
    'an entity with content that nobody wrote',
    'rpo',
    'missed',
    1,
    { edit: change('ledger-read-back', (e) => [{ ...e, changes: [{ change: 'c1', found: 'other' }] }]) },
  ],
  ['no comparison', 'parity', 'inconclusive', 2, { edit: change('comparison', () => []) }],
  [
    'a missing route',
    'parity:routes',
    'missed',
    1,
    {
      edit: change('comparison', (e) => [
        { ...e, kinds: [kindComparison('routes', { missing: 1, after: 11 })] },
      ]),
    },
  ],
  [
    'a surplus route',
    'parity:routes',
    'missed',
    1,
    {
      edit: change('comparison', (e) => [
        { ...e, kinds: [kindComparison('routes', { extra: 1, after: 13 })] },
      ]),
    },
  ],
  [
    'a route that cannot be proved',
    'parity:routes',
    'inconclusive',
    2,
    { edit: change('comparison', (e) => [{ ...e, kinds: [kindComparison('routes', { unproven: 1 })] }]) },
  ],
  [
    'another answer',
    'behaviour:key-auth',
    'missed',
    1,
    {
      edit: change('behaviour', (e) => [
        { ...e, same: 7, differences: [{ request: 'GET /', before: '200', after: '401' }] },
      ]),
    },
  ],
  [
    'an answer without proof',
    'behaviour:key-auth',
    'inconclusive',
    2,
    { edit: change('behaviour', (e) => [{ ...e, same: 7, unproven: 1 }]) },
  ],
  ['no answers at all', 'behaviour', 'inconclusive', 2, { edit: change('behaviour', () => []) }],
  [
    'something left behind',
    'clean-up',
    'inconclusive',
    3,
    { edit: change('cleaned-up', (e) => [{ ...e, ok: false, left: ['postgres 4711'] }]) },
  ],
  ['no clean-up', 'clean-up', 'inconclusive', 3, { edit: change('cleaned-up', () => []) }],
  [
    'a runner that failed',
    'run',
    'inconclusive',
    3,
    { edit: change('case-ended', (e) => [{ ...e, outcome: 'failed', error: 'the lab broke' }]) },
  ],
];

function ownBackup(
  taken: Extract<NewEvent, { kind: 'artifact' }>,
  dated: { readonly createdUtc?: string },
): NewEvent {
  const { takenFromMs, takenToMs, ...rest } = taken;
  assert.ok(takenFromMs !== undefined && takenToMs !== undefined);
  return { ...rest, origin: 'given', ...dated };
}

/** WAL up to a second before the failure, and what became of the two changes, made nine seconds and one second before it. */
function replayed(event: NewEvent, found: readonly ('as-intended' | 'absent')[]): readonly NewEvent[] {
  switch (event.kind) {
    case 'artifact':
      return [{ ...event, everyMs: undefined } as unknown as NewEvent];
    case 'step-ended':
      return [{ ...event, replayedTo: { artifact: 'nightly-db', ms: failedAtMs - 1_000 } }];
    case 'ledger-read-back':
      return [
        { ...event, changes: event.changes.map((it, at) => ({ ...it, found: found[at] ?? it.found })) },
      ];
    default:
      return [event];
  }
}
