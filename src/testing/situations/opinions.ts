/** What decK can say of the recovered Kong. */
import type { KindComparison, NewEvent, Opinion } from '../../model/journal.js';
import { change } from '../edited-cases.js';
import { kindComparison } from '../journal-builder.js';
import type { JournalShape } from '../journal-builder.js';
import type { Situation } from './build.js';

function opinion(kind: string, changes: Partial<Opinion> = {}): Opinion {
  return { kind, held: 12, usual: 0, created: 0, updated: 0, deleted: 0, first: [], ...changes };
}

function saying(theirs: readonly Opinion[], ...ours: readonly KindComparison[]): JournalShape {
  const said: NewEvent = { kind: 'second-opinion', tool: 'deck', kinds: [...theirs] };
  const edit = change('comparison', (event) => [
    { ...event, ...(ours.length > 0 && { kinds: [...ours] }) },
    { ...said, ...(event.case !== undefined && { case: event.case }) },
  ]);
  return { cases: [{ edit }] };
}

export const opinionSituations: readonly Situation[] = [
  ['decK agrees', saying([opinion('services'), opinion('routes')])],
  [
    'decK sees what nobody sees',
    saying([
      opinion('services', {
        created: 1,
        updated: 2,
        deleted: 3,
        first: ['services/orders', 'services/stock'],
      }),
    ]),
  ],
  [
    'decK sees what it always sees',
    saying([opinion('services', { updated: 2, usual: 2 }), opinion('routes')]),
  ],
  [
    'decK sees a kind that was not compared',
    saying([opinion('vaults', { created: 1 }), opinion('services'), opinion('routes')]),
  ],
  [
    'decK sees nothing where we see a difference',
    saying([opinion('routes')], kindComparison('routes', { missing: 1, after: 11, identical: 11 })),
  ],
  [
    'decK does not read the kind',
    saying(
      [opinion('routes', { held: 0 })],
      kindComparison('routes', { missing: 1, after: 11, identical: 11 }),
    ),
  ],
  [
    'decK compares no passwords',
    saying(
      [opinion('basic-auth')],
      kindComparison('basic-auth', {
        changed: 1,
        identical: 11,
        changedSets: [{ fields: ['password'], count: 1 }],
      }),
    ),
  ],
  [
    'decK compares no times',
    saying(
      [opinion('routes')],
      kindComparison('routes', {
        changed: 1,
        identical: 11,
        changedSets: [{ fields: ['created_at', 'updated_at'], count: 1 }],
      }),
    ),
  ],
  [
    'decK failed',
    {
      cases: [
        {
          edit: change('comparison', (event) => [
            event,
            {
              kind: 'second-opinion',
              tool: 'deck',
              kinds: [],
              error: 'HTTP status 500',
              ...(event.case !== undefined && { case: event.case }),
            },
          ]),
        },
      ],
    },
  ],
];
