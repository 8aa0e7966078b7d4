/** What a recovery starts from. */
import { edited, givenBackup, recovering } from './build.js';
import type { Edited, Situation } from './build.js';

export const artifactSituations: readonly Situation[] = [
  [
    'a backup of one’s own, fetched',
    edited('artifact', {
      ...givenBackup,
      createdUtc: '2026-11-23T20:00:00.000Z',
      source: 's3 cp nightly',
      fetchedInMs: 4_211,
    }),
  ],
  [
    'a backup of one’s own, too old',
    edited('artifact', { ...givenBackup, createdUtc: '2026-11-20T20:00:00.000Z' }),
  ],
  [
    'a backup of one’s own with a date that is none',
    edited('artifact', {
      ...givenBackup,
      ...({ everyMs: undefined } as unknown as Edited<'artifact'>),
      createdUtc: 'last night',
    }),
  ],
  [
    'a pipeline whose newest run is of before the failure',
    edited('artifact', { artifact: 'pipeline', method: 'steps', takenToMs: 6_900 }),
  ],
  [
    'a pipeline without a date',
    edited('artifact', { ...givenBackup, artifact: 'pipeline', method: 'steps' }),
  ],
  [
    'a pipeline with a date',
    edited('artifact', {
      ...givenBackup,
      artifact: 'pipeline',
      method: 'git',
      createdUtc: '2026-11-23T21:00:00.000Z',
    }),
  ],
  ['two faults in an artifact', edited('artifact', { faults: ['it is empty', 'it is older than 25 h'] })],
  [
    'an artifact that two stages name',
    recovering([
      { stage: 'database-restore', from: 'nightly-db' },
      { stage: 'database-restore', from: 'nightly-db' },
    ]),
  ],
  ['a stage that starts from nothing', recovering([{ stage: 'reattach' }])],
  ['an artifact that no stage names', recovering([{ stage: 'database-restore', from: 'another' }])],
];
