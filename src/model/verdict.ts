/** What a run found: the pure result of judging its journal; `result.json` is this, word for word. */
import Type from 'typebox';
import type { Static, TSchema } from 'typebox';
import { changeWayWords } from './change-way.js';
import { namePattern } from './drill-terms.js';
import { earlierRunSchema, programmeSchema } from './history.js';
import { intervalSchema } from './interval.js';
import type { Interval } from './interval.js';
import {
  evidenceSchema,
  kindComparisonSchema,
  mergedSchema,
  phaseWords,
  shardSchema,
  softwareSchema,
} from './journal.js';
import { closed, moment, words } from './schema.js';

export const resultVersion = 1;

export const verdictWords = ['met', 'missed', 'inconclusive'] as const;
export type Verdict = (typeof verdictWords)[number];

const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);
const text = Type.String();
const count = Type.Integer({ minimum: 0 });
const ms = Type.Number();

export const objectiveGroups = [
  'steady-state',
  'artifact',
  'failure-confirmed',
  'recovery-steps',
  'rto-traffic',
  'rto-config',
  'rto-parity',
  'regression',
  'rpo',
  'parity',
  'behaviour',
  'clean-up',
  'run',
] as const;

export const objectiveResultSchema = closed({
  /** Stable from run to run: the group, and a kind, class, clock or artifact behind a colon. */
  id: text,
  group: words(objectiveGroups),
  title: text,
  verdict: words(verdictWords),
  /** True where the run did not get as far as measuring it; then it is inconclusive. */
  notRun: optional(Type.Boolean()),
  /** One sentence with the figures. */
  reason: text,
  target: optional(text),
  targetMs: optional(ms),
  measured: optional(intervalSchema),
  /** Spelled-out differences and the like, one a line. */
  details: Type.Array(text),
});

/** One clock: what is judged (rto), and what is shown. */
export const clockResultSchema = closed({
  clock: words(['traffic', 'config', 'parity']),
  /** `outage`: seen; `none`: nothing longer than the floor; `unknown`: it could not be watched. */
  seen: words(['outage', 'none', 'unknown']),
  /** What is shorter cannot be seen. */
  floorMs: ms,
  rto: optional(intervalSchema),
  /** From the first loss of service to the last return; two uncertain edges. */
  unavailability: optional(intervalSchema),
  /** Outages added up, without the times between flaps. */
  total: optional(intervalSchema),
  /** When the first failure, and the first right answer after it, were seen; since the failure was issued. */
  firstImpactMs: optional(ms),
  firstSuccessMs: optional(ms),
  /** How often service came back and went away again. */
  flaps: optional(count),
  why: optional(text),
  perNode: Type.Array(closed({ node: text, rto: intervalSchema })),
});

export const outageSchema = closed({ stream: text, fromMs: ms, toMs: ms, seen: text });

export const stepResultSchema = closed({
  stage: text,
  step: text,
  title: text,
  startedMs: ms,
  endedMs: optional(ms),
  ok: optional(Type.Boolean()),
  exitCode: optional(Type.Integer()),
  command: optional(Type.Array(text)),
  detail: optional(text),
  output: optional(text),
  attempts: optional(count),
});

export const lossSchema = closed({
  via: words(changeWayWords),
  acknowledged: count,
  lost: count,
  phantom: count,
  corrupted: count,
  resurrected: count,
  unknown: count,
  loss: optional(intervalSchema),
  /** How far back the recovery may reach for changes made this way, at worst; where there is one way only, the case says it. */
  exposureMs: optional(ms),
  /** The first lost, phantom, corrupted and resurrected changes, spelled out. */
  details: Type.Array(text),
});

const noteSchema = closed({ level: text, text });

export const caseResultSchema = closed({
  case: text,
  recovery: text,
  repetition: count,
  verdict: words(verdictWords),
  outcome: words(['completed', 'failed', 'interrupted', 'unfinished']),
  /** The verdict in one sentence. */
  sentence: text,
  error: optional(text),
  hint: optional(text),
  failedAtMs: optional(ms),
  objectives: Type.Array(objectiveResultSchema),
  clocks: Type.Array(clockResultSchema),
  outages: Type.Array(outageSchema),
  losses: Type.Array(lossSchema),
  exposureMs: optional(ms),
  failures: Type.Array(
    closed({
      failure: text,
      target: text,
      issuedMs: ms,
      confirmed: Type.Boolean(),
      evidence: Type.Array(evidenceSchema),
    }),
  ),
  phases: Type.Array(
    closed({ phase: words(phaseWords), startedMs: ms, endedMs: optional(ms), ok: optional(Type.Boolean()) }),
  ),
  steps: Type.Array(stepResultSchema),
  artifacts: Type.Array(
    closed({
      name: text,
      artifact: text,
      method: text,
      origin: text,
      sizeBytes: count,
      sha256: text,
      takenFromMs: optional(ms),
      tookMs: optional(ms),
      createdUtc: optional(text),
      everyMs: optional(ms),
      source: optional(text),
      fetchedInMs: optional(ms),
      faults: Type.Array(text),
    }),
  ),
  parity: Type.Array(kindComparisonSchema),
  behaviour: Type.Array(
    closed({
      class: text,
      asked: count,
      same: count,
      unproven: count,
      differences: Type.Array(closed({ request: text, before: text, after: text })),
    }),
  ),
  probes: closed({
    sent: count,
    right: count,
    late: count,
    dropped: count,
    maxLatenessMs: ms,
    spacingMs: ms,
  }),
  /**
   * How long a route that was written after the recovery took, from its request until every worker of the node served it. Shown, and
   * not judged.
   */
  newRoute: optional(Type.Array(closed({ node: text, took: intervalSchema }))),
  /** What decK says of the recovered Kong, where it agrees with the comparison; where it does not, that is a note. */
  secondOpinion: optional(text),
  notes: Type.Array(noteSchema),
});

export const runResultSchema = closed(
  {
    schemaVersion: Type.Literal(resultVersion),
    runId: text,
    tool: text,
    drill: closed({
      name: Type.String({ pattern: namePattern }),
      title: optional(text),
      path: text,
      sha256: text,
      gitRevision: optional(text),
      /** The drill as validated. */
      content: optional(Type.Unknown()),
    }),
    engine: text,
    isolation: text,
    rehearsal: Type.Boolean(),
    trigger: text,
    ciLink: optional(text),
    startedUtc: moment,
    durationMs: ms,
    verdict: words(verdictWords),
    exitCode: count,
    /** The verdict in one sentence. */
    sentence: text,
    /** False where the run ended without a verdict of its own: killed, or still running. */
    complete: Type.Boolean(),
    host: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
    software: Type.Array(softwareSchema),
    cases: Type.Array(caseResultSchema),
    paths: Type.Array(
      closed({
        recovery: text,
        verdict: words(verdictWords),
        required: Type.Boolean(),
        repetitions: count,
        met: count,
      }),
    ),
    skipped: Type.Array(closed({ recovery: text, reason: text })),
    /** What a reader must know of the run as a whole. */
    notes: Type.Array(noteSchema),
    people: Type.Record(Type.String(), Type.Unknown()),
    /** Runs of this drill that had ended when this one began, oldest first. */
    earlier: Type.Array(earlierRunSchema),
    programme: optional(programmeSchema),
    /** Where it ran a part of the drill's cases only. */
    shard: optional(shardSchema),
    /** Where it was put together from shards. */
    merged: optional(mergedSchema),
    limits: Type.Array(text),
  },
  { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'kong-drill result' },
);

export type { Interval };
export type ObjectiveGroup = (typeof objectiveGroups)[number];
export type ObjectiveResult = Static<typeof objectiveResultSchema>;
export type ClockResult = Static<typeof clockResultSchema>;
export type StepResult = Static<typeof stepResultSchema>;
export type Loss = Static<typeof lossSchema>;
export type CaseResult = Static<typeof caseResultSchema>;
export type RunResult = Static<typeof runResultSchema>;

/** Rule 11: `met` only where the whole interval is within the target, `missed` only where all of it is beyond. */
export function verdictOfInterval({ lowerMs, upperMs }: Interval, targetMs: number): Verdict {
  if (upperMs !== null && upperMs <= targetMs) return 'met';
  return lowerMs > targetMs ? 'missed' : 'inconclusive';
}
