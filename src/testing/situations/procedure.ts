/** What can be seen of a failure, and become of the steps of a recovery. */
import type { NewEvent } from '../../model/journal.js';
import { change } from '../edited-cases.js';
import { failedAtMs } from '../journal-builder.js';
import type { JournalShape } from '../journal-builder.js';
import { edited } from './build.js';
import type { Edited, Situation } from './build.js';

export const failureSituations: readonly Situation[] = [
  [
    'evidence that does not show it',
    edited('failure-confirmed', {
      confirmed: false,
      evidence: [{ source: 'process table', observed: 'process 4711 runs', confirms: false }],
    }),
  ],
  ['confirmed without a source', edited('failure-confirmed', { evidence: [] })],
  [
    'a failure whose name holds its target',
    {
      cases: [
        {
          edit: (event) =>
            event.kind === 'failure-issued' || event.kind === 'failure-confirmed'
              ? [{ ...event, failure: 'truncate tables', target: 'tables' }]
              : [event],
        },
      ],
    },
  ],
  ['a confirmation of another failure', edited('failure-confirmed', { failure: 'kill' })],
  [
    'two failures, each confirmed by sources of its own',
    twoFailures({ confirmed: true }, { confirmed: true }),
  ],
  ['two failures, neither of them proved', twoFailures({ confirmed: false }, { confirmed: false })],
  [
    'two losses, one of them confirmed',
    twoFailures({ confirmed: true }, { failure: 'lose', confirmed: false }),
  ],
  ['a confirmation that is older than its failure', { cases: [{ edit: confirmedFirst }] }],
  ['no impact declared', { drill: { impact: {} } }],
  [
    'two impacts expected, neither of them seen',
    {
      drill: { impact: { traffic: 'outage', uncached: 'outage', config: 'none' } },
      cases: [{ outage: { fromMs: 0, toMs: 0 } }],
    },
  ],
  [
    'no impact expected, none seen',
    {
      drill: { impact: { traffic: 'none', uncached: 'none', config: 'none' } },
      cases: [{ outage: { fromMs: 0, toMs: 0 } }],
    },
  ],
  [
    'every impact ruled out, every one seen',
    { drill: { impact: { traffic: 'none', uncached: 'none', config: 'none' } } },
  ],
  [
    'an impact expected that nothing watches',
    { drill: { impact: { traffic: 'outage' } }, cases: [{ edit: change('streams', () => []) }] },
  ],
];

type Second = Partial<Pick<Edited<'failure-confirmed'>, 'failure' | 'confirmed'>>;

/** The failure of the example, and 200 ms later one of a Kong node; how each of them was confirmed. */
function twoFailures(first: Second, second: Second): JournalShape {
  const kong = { failure: second.failure ?? 'kill', target: 'kong-1' };
  const evidence = [
    { source: 'engine', observed: 'has exited', confirms: true },
    { source: 'pid file', observed: 'names 4712', confirms: false },
  ];
  const issued = change('failure-issued', (event) => [event, { ...event, ...kong, t: failedAtMs + 200 }]);
  const confirmed = change('failure-confirmed', (event) => [
    { ...event, ...first },
    { ...event, ...kong, ...second, evidence },
  ]);
  return { cases: [{ edit: (event) => issued(event).flatMap(confirmed) }] };
}

function confirmedFirst(event: NewEvent): readonly NewEvent[] {
  if (event.kind === 'failure-confirmed') return [];
  if (event.kind !== 'failure-issued') return [event];
  const its = event.case === undefined ? {} : { case: event.case };
  const { failure, target } = event;
  const evidence = [{ source: 'process table', observed: 'no process 4711', confirms: true }];
  return [{ ...its, kind: 'failure-confirmed', failure, target, confirmed: true, evidence }, event];
}

export const stepSituations: readonly Situation[] = [
  [
    'a step that failed without a word',
    edited('step-ended', { ok: false, exitCode: undefined } as unknown as Edited<'step-ended'>),
  ],
  [
    'a step that failed, with what it said',
    edited('step-ended', {
      ok: false,
      exitCode: 1,
      detail: 'relation “routes” does not exist.',
      output: `${Array.from({ length: 24 }, (_, place) => `line ${place + 1}`).join('\n')}\n`,
    }),
  ],
  ['a stage that failed, and no step of it', edited('stage-ended', { ok: false })],
  ['a step that was tried three times', edited('step-ended', { attempts: 3 })],
  ['a step of which only the end is known', { cases: [{ edit: change('step-started', () => []) }] }],
];
