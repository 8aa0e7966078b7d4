/** What the comparisons of entities and of answers can say. */
import type { Difference } from '../../model/journal.js';
import { kindComparison } from '../journal-builder.js';
import { asking, comparing, declaring, edited } from './build.js';
import type { Situation } from './build.js';

const oneRoute: Difference = { kind: 'routes', entity: 'orders', change: 'missing' };
const changedKey: Difference = {
  kind: 'key-auth',
  entity: 'drill-key',
  change: 'changed',
  fields: [{ field: 'ttl', before: '30', after: '60' }],
};

export const paritySituations: readonly Situation[] = [
  [
    'a missing route, spelled out',
    comparing(kindComparison('routes', { missing: 3, after: 9, identical: 9, differences: [oneRoute] })),
  ],
  [
    'a changed route in a workspace',
    comparing(
      kindComparison('routes', {
        changed: 1,
        identical: 11,
        differences: [{ ...changedKey, kind: 'routes', workspace: 'team-a' }],
      }),
    ),
  ],
  ['a route under another parent', comparing(kindComparison('routes', { reParented: 1, identical: 11 }))],
  ['a duplicated route', comparing(kindComparison('routes', { duplicated: 1, after: 13 }))],
  [
    'a runtime kind is not judged',
    comparing(kindComparison('routes'), kindComparison('sessions', { role: 'runtime', missing: 5 })),
  ],
  ['nothing was compared', comparing()],
  ['identity asked for, equivalence compared', asking({ parity: { level: 'identical' } })],
  [
    'identity asked for and compared',
    asking({ parity: { level: 'identical' } }, edited('comparison', { level: 'identical' })),
  ],
  [
    'what cannot be proved is proved by logins',
    comparing(kindComparison('key-auth', { unproven: 2, identical: 10 })),
  ],
  [
    'a declared loss that came',
    declaring({}, comparing(kindComparison('routes', { missing: 1, after: 11, identical: 11 }))),
  ],
  [
    'a declared loss beside a surplus',
    declaring({}, comparing(kindComparison('routes', { missing: 1, extra: 1, identical: 11 }))),
  ],
  ['a declared loss of which nothing came', declaring({}, comparing(kindComparison('routes')))],
  [
    'a declared loss of what the state does not hold',
    declaring({}, comparing(kindComparison('routes', { before: 0, after: 0, identical: 0 }))),
  ],
  [
    'a declared loss of a kind that was not compared',
    declaring({ kinds: ['jwt'] }, comparing(kindComparison('routes'))),
  ],
  [
    'a declared loss of another path',
    declaring(
      { recovery: 'sync-deck' },
      comparing(kindComparison('routes', { missing: 1, after: 11, identical: 11 })),
    ),
  ],
  [
    'declared fields that changed',
    declaring(
      { kinds: ['key-auth'], fields: ['ttl'] },
      comparing(kindComparison('key-auth', { changed: 1, identical: 11, differences: [changedKey] })),
    ),
  ],
  [
    'declared fields, and another one that changed',
    declaring(
      { kinds: ['key-auth'], fields: ['tags'] },
      comparing(kindComparison('key-auth', { changed: 1, identical: 11, differences: [changedKey] })),
    ),
  ],
  [
    'declared fields, and not every difference spelled out',
    declaring(
      { kinds: ['key-auth'], fields: ['ttl'] },
      comparing(kindComparison('key-auth', { changed: 2, identical: 10, differences: [changedKey] })),
    ),
  ],
  [
    'declared fields, and an entity that is missing',
    declaring(
      { kinds: ['key-auth'], fields: ['ttl'] },
      comparing(
        kindComparison('key-auth', { missing: 1, changed: 1, identical: 10, differences: [changedKey] }),
      ),
    ),
  ],
  [
    'a declared field with fields below it',
    declaring(
      { kinds: ['key-auth'], fields: ['config'] },
      comparing(
        kindComparison('key-auth', {
          changed: 1,
          identical: 11,
          changedSets: [{ fields: ['config.minute'], count: 1 }],
        }),
      ),
    ),
  ],
  [
    'a declared field with a longer name beside it',
    declaring(
      { kinds: ['key-auth'], fields: ['config'] },
      comparing(
        kindComparison('key-auth', {
          changed: 1,
          identical: 11,
          changedSets: [{ fields: ['configured'], count: 1 }],
        }),
      ),
    ),
  ],
  [
    'one of two declared fields is stale',
    declaring(
      { kinds: ['key-auth'], fields: ['ttl', 'tags'] },
      comparing(
        kindComparison('key-auth', {
          changed: 1,
          identical: 11,
          changedSets: [{ fields: ['ttl'], count: 1 }],
        }),
      ),
    ),
  ],
  [
    'a declared loss that logins disprove',
    declaring({ kinds: ['key-auth'] }, comparing(kindComparison('key-auth', { unproven: 2, identical: 10 }))),
  ],
  [
    'a declared loss that only answers show',
    declaring(
      { kinds: ['key-auth'] },
      {
        cases: [
          {
            edit: (event) =>
              event.kind === 'comparison'
                ? [{ ...event, kinds: [kindComparison('key-auth')] }]
                : event.kind === 'behaviour'
                  ? [
                      {
                        ...event,
                        same: 6,
                        differences: [{ request: 'GET /orders as ada', before: '200', after: '401' }],
                      },
                    ]
                  : [event],
          },
        ],
      },
    ),
  ],
];

export const behaviourSituations: readonly Situation[] = [
  [
    'an answer that is another, declared',
    declaring(
      { kinds: ['key-auth'] },
      edited('behaviour', { same: 7, differences: [{ request: 'GET /', before: '200', after: '401' }] }),
    ),
  ],
  ['a class of which nothing was asked', edited('behaviour', { asked: 0, same: 0 })],
  [
    'answers without proof, and another one',
    edited('behaviour', {
      same: 6,
      unproven: 1,
      differences: [{ request: 'GET /', before: '200', after: '401' }],
    }),
  ],
  ['behaviour ignored', asking({ behaviour: 'ignored' }, edited('behaviour', { same: 0 }))],
];
