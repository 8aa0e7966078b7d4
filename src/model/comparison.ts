/** The result of `kong-drill compare`: what differs between two snapshots. */
import Type from 'typebox';
import type { Static } from 'typebox';
import { kindComparisonSchema } from './journal.js';
import { closed, words } from './schema.js';

const comparedSchema = closed({
  /** As it was named on the command line, without what is secret in it. */
  name: Type.String(),
  source: words(['admin-api', 'database', 'deck-file']),
  takenAtUtc: Type.String(),
  entities: Type.Integer({ minimum: 0 }),
  /** What could not be read, and why. */
  unread: Type.Array(closed({ kind: Type.String(), reason: Type.String() })),
});

export const comparisonSchema = closed(
  {
    schemaVersion: Type.Literal(1),
    tool: Type.String(),
    level: words(['identical', 'equivalent']),
    /** Fields that were not compared. */
    ignored: Type.Array(Type.String()),
    before: comparedSchema,
    after: comparedSchema,
    /** `met`: nothing of the configuration differs; `inconclusive`: nothing does, and not all is proved. */
    verdict: words(['met', 'missed', 'inconclusive']),
    sentence: Type.String(),
    kinds: Type.Array(kindComparisonSchema),
  },
  {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'kong-drill compare: what differs between two snapshots',
  },
);

export type Comparison = Static<typeof comparisonSchema>;
