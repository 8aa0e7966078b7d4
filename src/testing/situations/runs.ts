/** What a run as a whole can be. */
import type { NewEvent, Sample } from '../../model/journal.js';
import { change } from '../edited-cases.js';
import { failedAtMs } from '../journal-builder.js';
import type { CaseShape } from '../journal-builder.js';
import { adding, asking, edited } from './build.js';
import type { Situation } from './build.js';

/** A path that is missed, for its artifact is empty. */
function missing(recovery: string): CaseShape {
  return { recovery, edit: change('artifact', (event) => [{ ...event, faults: ['it is empty'] }]) };
}

const beforeTheFailure = new Set<NewEvent['kind']>([
  'case-started',
  'artifact',
  'reference',
  'streams',
  'steady-state',
  'cleaned-up',
  'case-ended',
]);

/** Nothing answers, and the case ends there. */
function neverSteady(event: NewEvent): readonly NewEvent[] {
  if (event.kind !== 'probes') return beforeTheFailure.has(event.kind) ? [event] : [];
  return [unanswered(event)];
}

function unanswered<E extends Extract<NewEvent, { kind: 'probes' }>>(event: E): E {
  const refused = ([index, sentMs]: Sample): Sample => [index, sentMs, sentMs + 2, 2, 'ECONNREFUSED'];
  return { ...event, samples: event.samples.map(refused) };
}

export const runSituations: readonly Situation[] = [
  ['a rehearsal', { rehearsal: true }],
  ['a rehearsal in which no path was tried', { rehearsal: true, cases: [] }],
  ['a path skipped', { skipped: [{ recovery: 'sync-deck', reason: 'decK is missing' }] }],
  ['three times', { cases: [{ repetition: 1 }, { repetition: 2 }, { repetition: 3 }] }],
  [
    'two ways, one missed',
    {
      cases: [{}, missing('replay-ci')],
    },
  ],
  ['any of two ways, one missed', { drill: { require: 'any' }, cases: [{}, missing('replay-ci')] }],
  [
    'any of two ways, both missed',
    { drill: { require: 'any' }, cases: [missing('restore-db'), missing('replay-ci')] },
  ],
  ['the runner failed without a reason', edited('case-ended', { outcome: 'failed' })],
  [
    'the runner failed, with a hint',
    edited('case-ended', { outcome: 'failed', error: 'Docker did not answer', hint: 'start Docker' }),
  ],
  [
    'the runner failed after a target was missed',
    asking(
      { rto: { traffic: '2s', config: '2s', parity: '2s' } },
      edited('case-ended', { outcome: 'failed', error: 'the lab can no longer be reached from here' }),
    ),
  ],
  ['nothing answers before the failure', { cases: [{ edit: neverSteady }] }],
  ['a case that was interrupted', edited('case-ended', { outcome: 'interrupted' })],
  ['a case that never began', { ended: false, cases: [{ cutAt: 'case-started' }] }],
  ['a case that was cut off in a step', { ended: false, cases: [{ cutAt: 'step-ended' }] }],
  ['something is left, and the engine said ok', edited('cleaned-up', { left: ['volume kong-drill-1'] })],
  ['people who notice and decide', { drill: { people: { operator: 'on-call', noticeAndDecide: '10m' } } }],
  ['Enterprise', { drill: { topology: { kong: { edition: 'enterprise' } } } }],
  ['four workers', { drill: { topology: { kong: { workers: 4 } } } }],
  ['notes of the case', adding({ kind: 'note', level: 'warning', text: 'one request was repeated' })],
  [
    'a snapshot that failed before one that is equal',
    {
      cases: [
        { edit: change('snapshot', (event) => (event.equal ? [event] : [{ ...event, error: 'HTTP 503' }])) },
      ],
    },
  ],
  ['entities that never were equal', edited('snapshot', { equal: false, differing: 2 })],
  [
    'a probe process that stood still at the recovery',
    {
      cases: [
        {
          edit: change('steady-state', (event) => [
            event,
            {
              kind: 'probe-stall',
              fromMs: failedAtMs + 4_000,
              toMs: failedAtMs + 6_000,
              dropped: 12,
              ...(event.case !== undefined && { case: event.case }),
            },
          ]),
        },
      ],
    },
  ],
  ['no clock asked for', asking({ rto: {} })],
  [
    'a target of the clocks that is beyond all doubt missed',
    asking({ rto: { traffic: '2s', config: '2s', parity: '2s' } }),
  ],
  [
    'a target that is missed, and no steady state before',
    asking({ rto: { traffic: '2s', config: '2s', parity: '2s' } }, edited('steady-state', { from: 29_000 })),
  ],
  [
    'a target of the config clock that is missed, and no new credential took effect before',
    asking(
      { rto: { config: '2s' } },
      {
        cases: [
          {
            edit: change('probes', (event) => [event.stream === 'config/kong-1' ? unanswered(event) : event]),
          },
        ],
      },
    ),
  ],
  ['a target within the uncertainty of the clock', asking({ rto: { traffic: '5s' } })],
];
