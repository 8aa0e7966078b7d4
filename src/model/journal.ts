/**
 * The journal: the append-only record of a run. Facts first; the verdict and every report are computed from it.
 * All times `t`, `…Ms` are milliseconds since the run's monotonic origin, with microseconds behind the point, unless said otherwise.
 */
import Type from 'typebox';
import type { Static, TSchema } from 'typebox';
import { changeWayWords } from './change-way.js';
import { namePattern } from './drill-terms.js';
import { earlierRunSchema, programmeSchema } from './history.js';
import { closed, milliseconds, moment, tagged, words } from './schema.js';

export const journalVersion = 1;

export const phaseWords = [
  'provision',
  'configure',
  'back-up',
  'steady-state',
  'change',
  'fail',
  'recover',
  'observe',
  'compare',
  'clean-up',
] as const;
export type Phase = (typeof phaseWords)[number];

/** What a failure may take away: the data plane, the path from a write to its effect, or Kong's way to its database. */
export const streamClockWords = ['traffic', 'config', 'uncached'] as const;
export type StreamClock = (typeof streamClockWords)[number];

const text = Type.String();
const drillName = Type.String({ pattern: namePattern });
const count = Type.Integer({ minimum: 0 });
const ms = milliseconds;
const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

/** A program or image that took part, with the version that it says of itself. */
export const softwareSchema = closed({
  name: text,
  version: text,
  /** `stand-in` where Kong was played by our own program. */
  kind: words(['binary', 'image', 'stand-in', 'npm']),
  image: optional(text),
  digest: optional(text),
});

/** An image as it was named, and how long its pull took. */
const pulledImageSchema = closed({ image: text, tookMs: ms });

export const streamSchema = closed({
  id: text,
  /** `route`: a route that is written when everything else is measured. */
  clock: words([...streamClockWords, 'route']),
  /** Route class or credential kind, e.g. `open`, `key-auth`. */
  class: text,
  node: text,
  /** Probe i is due at t0Ms + i · spacingMs. */
  t0Ms: ms,
  spacingMs: ms,
  timeoutMs: ms,
  /** Classes (joined by `+` in `class`) that take turns: probe i is for class i mod turns; each is seen every turns · spacingMs. */
  turns: optional(Type.Integer({ minimum: 2 })),
});

/** How a probe ended: right answer; wrong answer; refused, reset or otherwise no answer; nothing within the timeout. */
export const probeOutcomeWords = ['right', 'wrong', 'error', 'timeout'] as const;
export type ProbeOutcome = (typeof probeOutcomeWords)[number];

/** [index, sent, last byte or error, outcome as its place in `probeOutcomeWords`, what was seen where it was not right]. */
export const sampleSchema = Type.Unsafe<
  readonly [index: number, sentMs: number, doneMs: number, outcome: number, seen?: string]
>({
  type: 'array',
  prefixItems: [
    { type: 'integer' },
    { type: 'number' },
    { type: 'number' },
    { type: 'integer' },
    { type: 'string' },
  ],
  minItems: 4,
  items: false,
});

export const differenceSchema = closed({
  change: words(['missing', 'extra', 'changed', 'duplicated', 're-parented']),
  kind: text,
  /** The natural key, as a person would name the entity. */
  entity: text,
  id: optional(text),
  workspace: optional(text),
  fields: optional(Type.Array(closed({ field: text, before: text, after: text }))),
});

export const kindComparisonSchema = closed({
  kind: text,
  role: words(['configuration', 'runtime', 'counter', 'ephemeral', 'bookkeeping']),
  before: count,
  after: count,
  identical: count,
  missing: count,
  extra: count,
  changed: count,
  duplicated: count,
  reParented: count,
  /** What cannot be proved equal, e.g. a password hash under another consumer id. */
  unproven: count,
  /** How many were changed or re-parented in exactly these fields: what a declared loss of fields is held against. */
  changedSets: optional(Type.Array(closed({ fields: Type.Array(text), count }))),
  /** The first ones, spelled out. */
  differences: Type.Array(differenceSchema),
});

export const evidenceSchema = closed({
  /** What was asked: `process table`, `data folder`, `connect to 127.0.0.1:5432`, … */
  source: text,
  observed: text,
  /** Whether this shows that the thing is really gone. */
  confirms: Type.Boolean(),
});

/** What another tool would change of one kind, to make Kong what it was. */
export const opinionSchema = closed({
  kind: text,
  /** How many the tool's own copy of the state holds. */
  held: count,
  /** How many changes it asked for at once after that copy, when nothing had changed. */
  usual: count,
  created: count,
  updated: count,
  deleted: count,
  /** The first ones in the tool's words, without what may be secret. */
  first: Type.Array(text),
});

/** Which part of a drill's cases a machine runs, and who runs the others, so that a missing part shows. */
export const shardSchema = closed({
  index: Type.Integer({ minimum: 1 }),
  of: Type.Integer({ minimum: 1 }),
  cases: Type.Array(
    closed({ case: text, recovery: text, repetition: count, shard: Type.Integer({ minimum: 1 }) }),
  ),
});

const hostFactsSchema = Type.Record(
  Type.String(),
  Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
);

/** The runs that a merged one was made of, each a shard on a machine of its own, in the order of their numbers. */
export const mergedSchema = closed({
  of: Type.Integer({ minimum: 1 }),
  shards: Type.Array(
    closed({
      index: Type.Integer({ minimum: 1 }),
      runId: text,
      utc: moment,
      ciLink: optional(text),
      /** What that machine says of itself. */
      host: hostFactsSchema,
      /** Ids of the cases that ran there: their times count from this shard's `utc`. */
      cases: Type.Array(text),
    }),
  ),
});

const event = <K extends string, P extends Record<string, TSchema>>(kind: K, properties: P) =>
  closed({ seq: count, t: ms, kind: Type.Literal(kind), case: optional(text), ...properties });

export const journalEventSchema = tagged('kind', [
  event('run-started', {
    version: count,
    runId: text,
    utc: moment,
    /** process.hrtime.bigint() at the origin, as text. */
    originNs: text,
    tool: text,
    drill: closed({
      /** Folders and files are called after it. */
      name: drillName,
      path: text,
      sha256: text,
      gitRevision: optional(text),
      title: optional(text),
      /** The drill as validated, as JSON. */
      content: Type.Unknown(),
    }),
    engine: text,
    /** True where Kong is the stand-in: its figures never count as RTO evidence. */
    rehearsal: Type.Boolean(),
    trigger: text,
    ciLink: optional(text),
    isolation: text,
    cases: Type.Array(closed({ case: text, recovery: text, repetition: count })),
    skipped: Type.Array(closed({ recovery: text, reason: text })),
    /** What people said beside the drill: on the command line, in the environment, in the project's file. */
    people: optional(Type.Record(Type.String(), Type.Unknown())),
    shard: optional(shardSchema),
    merged: optional(mergedSchema),
  }),
  /** What its trend and a regression budget are held against. */
  event('earlier-runs', { runs: Type.Array(earlierRunSchema) }),
  event('programme', { programme: programmeSchema }),
  /** At the beginning, and what changed until the end. */
  event('host', {
    facts: hostFactsSchema,
  }),
  event('software', { software: Type.Array(softwareSchema) }),
  /** Before any clock: what the engine did not have of the images that the drill needs. */
  event('images-pulled', { images: Type.Array(pulledImageSchema) }),
  /** Never started: it does not fit into what is left of a time limit. */
  event('case-skipped', { reason: text }),
  event('case-started', { recovery: text, repetition: count }),
  event('case-ended', {
    outcome: words(['completed', 'failed', 'interrupted']),
    error: optional(text),
    hint: optional(text),
  }),
  event('phase-started', { phase: words(phaseWords) }),
  event('phase-ended', { phase: words(phaseWords), ok: Type.Boolean() }),
  event('artifact', {
    name: text,
    artifact: words(['database', 'deck', 'pipeline']),
    method: text,
    origin: words(['taken', 'given']),
    /** The consistent point and the end of the taking; for a given artifact `createdUtc`. */
    takenFromMs: optional(ms),
    takenToMs: optional(ms),
    createdUtc: optional(text),
    everyMs: optional(ms),
    /** How the user's own was had, where it had to be fetched, and how long that took. */
    source: optional(text),
    fetchedInMs: optional(ms),
    sizeBytes: count,
    sha256: text,
    /** Empty where it is good; else each thing that is wrong with it. */
    faults: Type.Array(text),
    entities: optional(Type.Record(Type.String(), count)),
  }),
  event('reference', { entities: Type.Record(Type.String(), count), file: text }),
  event('streams', { streams: Type.Array(streamSchema) }),
  event('probes', { stream: text, samples: Type.Array(sampleSchema) }),
  /** Moments in which the probe process itself stood still, and probes that it gave up. */
  event('probe-stall', { fromMs: ms, toMs: ms, dropped: count }),
  event('steady-state', { from: ms, to: ms }),
  event('ledger-intent', {
    change: text,
    via: words(changeWayWords),
    op: words(['create', 'update', 'delete']),
    entity: text,
    key: text,
    /** Fingerprint of the content that the entity is to have; absent for a deletion. */
    content: optional(text),
  }),
  event('ledger-outcome', {
    change: text,
    outcome: words(['ok', 'failed', 'unknown']),
    detail: optional(text),
  }),
  event('ledger-read-back', {
    changes: Type.Array(
      closed({ change: text, found: words(['as-intended', 'absent', 'other', 'unreadable']) }),
    ),
  }),
  event('failure-issued', { failure: text, target: text, planned: Type.Unknown() }),
  event('failure-confirmed', {
    failure: text,
    target: text,
    confirmed: Type.Boolean(),
    evidence: Type.Array(evidenceSchema),
  }),
  event('stage-started', { stage: text, index: count }),
  event('stage-ended', { stage: text, index: count, ok: Type.Boolean() }),
  event('step-started', { stage: text, step: text, title: text }),
  event('step-ended', {
    stage: text,
    step: text,
    startedMs: ms,
    ok: Type.Boolean(),
    exitCode: optional(Type.Integer()),
    command: optional(Type.Array(text)),
    detail: optional(text),
    /** Redacted, and cut at the front. */
    output: optional(text),
    attempts: optional(count),
    /** Where archived WAL was replayed on an artifact: the newest moment that the database then held, as Postgres says it. */
    replayedTo: optional(closed({ artifact: text, ms })),
  }),
  event('recovered-steps', {}),
  event('snapshot', {
    beganMs: ms,
    endedMs: ms,
    equal: Type.Boolean(),
    differing: count,
    error: optional(text),
  }),
  event('comparison', {
    level: words(['identical', 'equivalent']),
    kinds: Type.Array(kindComparisonSchema),
    file: optional(text),
    stage: optional(count),
  }),
  event('behaviour', {
    class: text,
    asked: count,
    same: count,
    unproven: count,
    differences: Type.Array(closed({ request: text, before: text, after: text })),
  }),
  /** A route was written, when all else was measured, and watched until it was in effect or long enough; `error` where it was not. */
  event('new-route', { writtenMs: optional(ms), error: optional(text) }),
  /** What `deck diff` says of the recovered Kong; `error` where it said nothing that can be used. */
  event('second-opinion', { tool: text, kinds: Type.Array(opinionSchema), error: optional(text) }),
  /** Something that a reader must know: a retry, a deviation, a limit of this run. */
  event('note', { level: words(['info', 'warning', 'finding']), text: text }),
  event('cleaned-up', {
    ok: Type.Boolean(),
    left: Type.Array(text),
    /** The lab was left up for a person to look inside, as `--keep` asks. */
    kept: optional(Type.Boolean()),
  }),
  event('interrupted', { signal: text }),
  event('run-ended', { exitCode: count, verdict: words(['met', 'missed', 'inconclusive']) }),
]);

export type JournalEvent = Static<typeof journalEventSchema>;
export type EventOf<K extends JournalEvent['kind']> = Extract<JournalEvent, { kind: K }>;
/** An event before the journal has given it a number and a time. */
export type NewEvent = JournalEvent extends infer E
  ? E extends JournalEvent
    ? Omit<E, 'seq' | 't'> & { t?: number }
    : never
  : never;
/** What everything that has a fact to tell is given. `case` is filled in by whoever opened it for a case. */
export type Recorder = (event: NewEvent) => void;

/** When the clock of a case began, in wall time: with the run, or with the shard that ran the case. */
export function utcOfCase(
  caseId: string,
  run: { readonly utc: string; readonly merged?: Merged | undefined },
): string {
  return run.merged?.shards.find(({ cases }) => cases.includes(caseId))?.utc ?? run.utc;
}

export type Software = Static<typeof softwareSchema>;
export type PulledImage = Static<typeof pulledImageSchema>;
export type Shard = Static<typeof shardSchema>;
export type Merged = Static<typeof mergedSchema>;
export type Stream = Static<typeof streamSchema>;
export type Sample = Static<typeof sampleSchema>;
export type Difference = Static<typeof differenceSchema>;
export type KindComparison = Static<typeof kindComparisonSchema>;
export type Opinion = Static<typeof opinionSchema>;
export type Evidence = Static<typeof evidenceSchema>;
