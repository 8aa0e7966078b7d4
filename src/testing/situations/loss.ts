/** What became of the changes before the failure. */
import { asking, changing, edited, givenBackup } from './build.js';
import type { Situation } from './build.js';

export const lossSituations: readonly Situation[] = [
  [
    'nothing lost',
    changing(
      { at: 9_000, op: 'create', key: 'a', found: 'as-intended' },
      { at: 1_000, op: 'update', key: 'a', found: 'as-intended' },
    ),
  ],
  [
    'the newer of two lost',
    changing(
      { at: 9_000, op: 'create', key: 'a', found: 'as-intended' },
      { at: 1_000, op: 'create', key: 'b', found: 'absent' },
    ),
  ],
  [
    'an update lost',
    changing(
      { at: 9_000, op: 'create', key: 'a', found: 'as-intended' },
      { at: 1_000, op: 'update', key: 'a', found: 'other' },
    ),
  ],
  [
    'a deletion undone',
    changing(
      { at: 9_000, op: 'create', key: 'a', found: 'as-intended' },
      { at: 1_000, op: 'delete', key: 'a', found: 'other' },
    ),
  ],
  [
    'a refused change that took effect',
    changing({ at: 9_000, op: 'create', key: 'a', found: 'as-intended', outcome: 'failed' }),
  ],
  ['content that is nobody’s', changing({ at: 9_000, op: 'create', key: 'a', found: 'other' })],
  ['a deletion of which something is left', changing({ at: 9_000, op: 'delete', key: 'a', found: 'other' })],
  [
    'a change of unknown outcome that is there',
    changing({ at: 9_000, op: 'create', key: 'a', found: 'as-intended', outcome: 'unknown' }),
  ],
  [
    'a change of unknown outcome that is not there',
    changing(
      { at: 9_000, op: 'create', key: 'a', found: 'absent', outcome: 'unknown' },
      { at: 8_000, op: 'create', key: 'b', found: 'as-intended' },
    ),
  ],
  [
    'an entity that cannot be read',
    changing(
      { at: 9_000, op: 'create', key: 'a', found: 'unreadable' },
      { at: 8_000, op: 'create', key: 'b', found: 'as-intended' },
    ),
  ],
  ['nothing read back', changing({ at: 9_000, op: 'create', key: 'a' })],
  [
    'created and deleted again',
    changing(
      { at: 9_000, op: 'create', key: 'a', found: 'absent' },
      { at: 8_000, op: 'delete', key: 'a', found: 'as-intended' },
    ),
  ],
  [
    'acknowledged after the failure',
    changing(
      { at: 9_000, op: 'create', key: 'a', found: 'as-intended' },
      { at: -2_000, op: 'create', key: 'b', found: 'absent' },
    ),
  ],
  [
    'seven changes lost',
    changing(
      ...[1, 2, 3, 4, 5, 6, 7].map(
        (place) => ({ at: 9_000 - place, op: 'create', key: `k${place}`, found: 'absent' }) as const,
      ),
    ),
  ],
  [
    'changes of two ways',
    changing(
      { at: 9_000, op: 'create', key: 'a', found: 'as-intended' },
      { at: 5_000, op: 'create', key: 'b', found: 'absent', via: 'pipeline' },
    ),
  ],
  [
    'a target of the RPO that the loss itself is beyond',
    asking(
      { rpo: '500ms' },
      changing(
        { at: 9_000, op: 'create', key: 'a', found: 'as-intended' },
        { at: 1_000, op: 'create', key: 'b', found: 'absent' },
      ),
    ),
  ],
  [
    'a loss that is not known well enough',
    asking({ rpo: '25h' }, edited('artifact', { ...givenBackup, everyMs: 1_000 })),
  ],
  [
    'no RPO asked for',
    { drill: { objectives: { rto: { traffic: '60s' }, parity: { level: 'equivalent' } } } },
  ],
];
