/** What can be seen of a failure, and become of the steps of a recovery. */
import { change } from '../edited-cases.js';
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
  ['no impact declared', { drill: { impact: {} } }],
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
