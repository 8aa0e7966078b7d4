/** The part of the drill language that says how Kong is changed until the failure. */
import Type from 'typebox';
import { changeWayWords } from './change-way.js';
import { duration, name } from './drill-terms.js';
import { closed, words } from './schema.js';

const changeWay = words(changeWayWords, {
  description: 'admin-api: by hand. pipeline: by runs of a pipeline, which a replay performs again.',
});

export const changesSchema = closed(
  {
    via: Type.Union(
      [
        changeWay,
        Type.Array(changeWay, {
          minItems: 1,
          uniqueItems: true,
          description: 'Several ways, each judged apart.',
        }),
      ],
      {
        description: 'How changes reach Kong until the failure: one way, or a list of both.',
        examples: ['admin-api', ['admin-api', 'pipeline']],
      },
    ),
    pipeline: Type.Optional(
      name('With `via: pipeline`: the artifact whose pipeline makes them.', { examples: ['team-pipelines'] }),
    ),
    perSecond: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 100,
        default: 10,
        description: 'Changes each second, by each way.',
      }),
    ),
    for: Type.Optional(duration('How long changes go on before the failure.', { default: '10s' })),
  },
  {
    description:
      'Acknowledged changes between the backup and the failure; the ledger tells which of them were lost.',
  },
);
