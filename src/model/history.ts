/** What was known of earlier runs when a run began: recorded, so that its report can be drawn again without them. */
import Type from 'typebox';
import type { Static, TSchema } from 'typebox';
import { intervalSchema } from './interval.js';
import { closed, moment, words } from './schema.js';

const text = Type.String();
const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

/** One part of the time that a recovery took; see `partsOf`. */
export const recoveryPartSchema = closed({ name: text, tookMs: Type.Number({ minimum: 0 }) });

/** A run of the same drill that ended before. */
export const earlierRunSchema = closed({
  runId: text,
  utc: moment,
  verdict: words(['met', 'missed', 'inconclusive']),
  rehearsal: Type.Boolean(),
  engine: text,
  /** Of its drill file: another one may have asked for something else. */
  drillSha256: text,
  /** Of each path its worst repetition, and of each clock the slowest. */
  paths: Type.Array(
    closed({
      recovery: text,
      verdict: words(['met', 'missed', 'inconclusive']),
      rto: closed({
        traffic: optional(intervalSchema),
        config: optional(intervalSchema),
        parity: optional(intervalSchema),
      }),
      /** Of the repetition that took longest. */
      parts: optional(Type.Array(recoveryPartSchema)),
    }),
  ),
});

/** A drill of the project's programme, and when it last ran to its end. */
export const programmeDrillSchema = closed({
  drill: text,
  /** What is destroyed. */
  disaster: text,
  lastUtc: optional(text),
  lastVerdict: optional(words(['met', 'missed', 'inconclusive'])),
});

export const programmeSchema = closed({
  /** How often each drill is due; absent where the project does not say. */
  every: optional(text),
  drills: Type.Array(programmeDrillSchema),
});

/** How long the cases of a recovery path took in an earlier run, in milliseconds. */
export interface PastDuration {
  /** From the beginning of the first phase to the end of the last, on average. */
  readonly meanMs: number;
  readonly phasesMs: ReadonlyMap<string, number>;
  readonly engine: string;
  readonly utc: string;
}

export type RecoveryPart = Static<typeof recoveryPartSchema>;
export type EarlierRun = Static<typeof earlierRunSchema>;
export type Programme = Static<typeof programmeSchema>;
