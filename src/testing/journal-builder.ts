/** A synthetic journal: a believable run, with the one thing changed that a test is about. */
import type { Drill } from '../model/drill.js';
import type { EarlierRun } from '../model/history.js';
import { journalVersion, probeOutcomeWords } from '../model/journal.js';
import type {
  EventOf,
  JournalEvent,
  KindComparison,
  NewEvent,
  ProbeOutcome,
  Sample,
  Stream,
} from '../model/journal.js';

export interface JournalShape {
  readonly drill?: Partial<Drill>;
  readonly rehearsal?: boolean;
  readonly skipped?: EventOf<'run-started'>['skipped'];
  readonly cases?: readonly CaseShape[];
  /** What was known of earlier runs; nothing by default. */
  readonly earlier?: readonly EarlierRun[];
  /** `run-ended` at the end; true by default. */
  readonly ended?: boolean;
}

export interface CaseShape {
  readonly recovery?: string;
  readonly repetition?: number;
  /** Since the failure; no outage where both are the same. Defaults: 1 s and 5 s. */
  readonly outage?: { readonly fromMs: number; readonly toMs: number };
  /** Changes and drops events before they are recorded. */
  readonly edit?: (event: NewEvent) => readonly NewEvent[];
  /** The case stops before the first event of this kind, as with `kill -9`. */
  readonly cutAt?: JournalEvent['kind'];
}

export const failedAtMs = 40_000;
const watchedUntilMs = 70_000;
const spacingMs = 100;

export const exampleDrill: Drill = {
  name: 'postgres-lost',
  title: 'Postgres and its volume are gone; two ways back',
  state: { pipeline: 'fixtures/shop' },
  artifacts: { 'nightly-db': { kind: 'database', every: '24h' } },
  changes: { via: 'admin-api', perSecond: 5, for: '5s' },
  failure: [{ kind: 'lose', target: 'postgres' }],
  impact: { traffic: 'outage', uncached: 'outage' },
  recovery: { 'restore-db': [{ stage: 'database-restore', from: 'nightly-db' }] },
  objectives: {
    rto: { traffic: '60s', config: '90s', parity: '120s' },
    rpo: '25h',
    parity: { level: 'equivalent' },
  },
};

/** The events of a run in which everything went well, but for what the shape says. */
export function buildJournal(shape: JournalShape = {}): JournalEvent[] {
  const { cases = [{}], ended = true, earlier = [] } = shape;
  const first = runStarted(shape, cases);
  const body = cases.flatMap((it) => caseEvents(it).flatMap((event) => (it.edit ?? same)(event)));
  const last: NewEvent[] = ended ? [{ kind: 'run-ended', exitCode: 0, verdict: 'met' }] : [];
  const known: NewEvent[] = earlier.length > 0 ? [{ t: 0, kind: 'earlier-runs', runs: [...earlier] }] : [];
  let t = 0;
  return [first, ...known, ...hostEvents(), ...body, ...last].map((event, seq) => {
    t = Math.max(t, event.t ?? t);
    return { ...event, seq, t: event.t ?? t };
  });
}

export const caseId = (shape: CaseShape): string =>
  `${shape.recovery ?? 'restore-db'}#${shape.repetition ?? 1}`;

/** Samples of one stream: right outside the outage, wrong within. */
export function samplesOf(
  stream: Stream,
  outage: { readonly fromMs: number; readonly toMs: number },
  outcome: ProbeOutcome = 'error',
): Sample[] {
  const samples: Sample[] = [];
  for (let index = 0; stream.t0Ms + index * stream.spacingMs < watchedUntilMs; index += 1) {
    const sentMs = stream.t0Ms + index * stream.spacingMs;
    const down = sentMs >= outage.fromMs && sentMs < outage.toMs;
    if (down) samples.push([index, sentMs, sentMs + 4, probeOutcomeWords.indexOf(outcome), 'ECONNREFUSED']);
    else samples.push([index, sentMs, sentMs + 3, 0]);
  }
  return samples;
}

export function kindComparison(kind: string, changes: Partial<KindComparison> = {}): KindComparison {
  const none = { missing: 0, extra: 0, changed: 0, duplicated: 0, reParented: 0, unproven: 0 };
  return {
    kind,
    role: 'configuration',
    before: 12,
    after: 12,
    identical: 12,
    ...none,
    differences: [],
    ...changes,
  };
}

const same = (event: NewEvent): readonly NewEvent[] => [event];

function runStarted(shape: JournalShape, cases: readonly CaseShape[]): NewEvent {
  const drill: Drill = { ...exampleDrill, ...shape.drill };
  return {
    t: 0,
    kind: 'run-started',
    version: journalVersion,
    runId: '3f0c2f5e-0d0e-4b56-9d1c-1f8f5d7a9b10',
    utc: '2026-11-23T22:00:00.000Z',
    originNs: '1000000',
    tool: 'kong-drill 0.1.0',
    drill: {
      name: drill.name,
      title: drill.title ?? '',
      path: 'drills/postgres-lost.yaml',
      sha256: 'a'.repeat(64),
      gitRevision: '5f1f0b2',
      content: drill,
    },
    engine: 'processes',
    rehearsal: shape.rehearsal ?? false,
    trigger: 'by hand',
    isolation: 'every name resolves to the lab',
    cases: cases.map((it) => ({
      case: caseId(it),
      recovery: it.recovery ?? 'restore-db',
      repetition: it.repetition ?? 1,
    })),
    skipped: shape.skipped ?? [],
  };
}

function hostEvents(): NewEvent[] {
  return [
    {
      t: 1,
      kind: 'host',
      facts: { cores: 2, memoryBytes: 8_000_000_000, platform: 'linux', hostname: 'ci-7' },
    },
    {
      t: 2,
      kind: 'software',
      software: [
        { name: 'kong', version: '3.9.1', kind: 'binary' },
        { name: 'postgres', version: '15.8', kind: 'binary' },
      ],
    },
  ];
}

const streams: readonly Stream[] = [
  {
    id: 'traffic/open/kong-1',
    clock: 'traffic',
    class: 'open',
    node: 'kong-1',
    t0Ms: 10_000,
    spacingMs,
    timeoutMs: 1_000,
  },
  {
    id: 'traffic/key-auth/kong-1',
    clock: 'traffic',
    class: 'key-auth',
    node: 'kong-1',
    t0Ms: 10_033,
    spacingMs,
    timeoutMs: 1_000,
  },
  {
    id: 'uncached/kong-1',
    clock: 'uncached',
    class: 'uncached',
    node: 'kong-1',
    t0Ms: 10_066,
    spacingMs,
    timeoutMs: 1_000,
  },
  {
    id: 'config/kong-1',
    clock: 'config',
    class: 'config',
    node: 'kong-1',
    t0Ms: 10_050,
    spacingMs: 1_000,
    timeoutMs: 1_000,
  },
];

function caseEvents(shape: CaseShape): NewEvent[] {
  const { outage = { fromMs: 1_000, toMs: 5_000 }, cutAt } = shape;
  const id = caseId(shape);
  const down = { fromMs: failedAtMs + outage.fromMs, toMs: failedAtMs + outage.toMs };
  const events = [
    ...beforeFailure(shape),
    ...probes(down),
    ...failure(),
    ...recovery(down.toMs),
    ...afterwards(),
  ];
  const cut = events.findIndex((event) => event.kind === cutAt);
  return (cut === -1 ? events : events.slice(0, cut)).map((event) => ({ ...event, case: id }));
}

function beforeFailure({ recovery = 'restore-db', repetition = 1 }: CaseShape): NewEvent[] {
  return [
    { t: 10, kind: 'case-started', recovery, repetition },
    { t: 11, kind: 'phase-started', phase: 'provision' },
    { t: 6_000, kind: 'phase-ended', phase: 'provision', ok: true },
    { t: 6_001, kind: 'phase-started', phase: 'back-up' },
    {
      t: 7_000,
      kind: 'artifact',
      name: 'nightly-db',
      artifact: 'database',
      method: 'logical',
      origin: 'taken',
      takenFromMs: 6_100,
      takenToMs: 6_900,
      everyMs: 86_400_000,
      sizeBytes: 1_234_567,
      sha256: 'b'.repeat(64),
      faults: [],
      entities: { services: 12, routes: 30 },
    },
    { t: 7_050, kind: 'reference', entities: { services: 12, routes: 30 }, file: 'reference.json' },
    { t: 7_100, kind: 'phase-ended', phase: 'back-up', ok: true },
    { t: 9_000, kind: 'phase-started', phase: 'steady-state' },
    { t: 9_500, kind: 'streams', streams: [...streams] },
    { t: 30_000, kind: 'steady-state', from: 10_000, to: 30_000 },
    { t: 30_001, kind: 'phase-ended', phase: 'steady-state', ok: true },
    { t: 30_002, kind: 'phase-started', phase: 'change' },
    {
      t: 31_000,
      kind: 'ledger-intent',
      change: 'c1',
      via: 'admin-api',
      op: 'create',
      entity: 'consumers',
      key: 'drill-1',
      content: 'f1',
    },
    { t: 31_010, kind: 'ledger-outcome', change: 'c1', outcome: 'ok' },
    {
      t: 39_000,
      kind: 'ledger-intent',
      change: 'c2',
      via: 'admin-api',
      op: 'create',
      entity: 'consumers',
      key: 'drill-2',
      content: 'f2',
    },
    { t: 39_010, kind: 'ledger-outcome', change: 'c2', outcome: 'ok' },
    { t: 39_900, kind: 'phase-ended', phase: 'change', ok: true },
    { t: 39_950, kind: 'phase-started', phase: 'fail' },
  ];
}

/** All samples of a stream in one event: only their own times matter. */
function probes(down: { readonly fromMs: number; readonly toMs: number }): NewEvent[] {
  return streams.map((stream) => {
    const from = stream.clock === 'uncached' || stream.clock === 'config' ? failedAtMs : down.fromMs;
    const outage = down.fromMs === down.toMs ? down : { fromMs: from, toMs: down.toMs };
    return { t: 39_960, kind: 'probes', stream: stream.id, samples: samplesOf(stream, outage) };
  });
}

function failure(): NewEvent[] {
  return [
    {
      t: failedAtMs,
      kind: 'failure-issued',
      failure: 'lose',
      target: 'postgres',
      planned: exampleDrill.failure[0],
    },
    {
      t: failedAtMs + 1_500,
      kind: 'failure-confirmed',
      failure: 'lose',
      target: 'postgres',
      confirmed: true,
      evidence: [
        { source: 'process table', observed: 'no process 4711', confirms: true },
        { source: 'data folder', observed: 'is gone', confirms: true },
      ],
    },
    { t: failedAtMs + 1_600, kind: 'phase-ended', phase: 'fail', ok: true },
  ];
}

function recovery(backMs: number): NewEvent[] {
  const begin = failedAtMs + 1_700;
  const step = (name: string, title: string, startedMs: number, t: number): NewEvent[] => [
    { t: startedMs, kind: 'step-started', stage: 'database-restore', step: name, title },
    {
      t,
      kind: 'step-ended',
      stage: 'database-restore',
      step: name,
      startedMs,
      ok: true,
      exitCode: 0,
      command: ['pg_restore', '--jobs=2'],
    },
  ];
  return [
    { t: begin, kind: 'phase-started', phase: 'recover' },
    { t: begin + 1, kind: 'stage-started', stage: 'database-restore', index: 0 },
    ...step('postgres', 'a new Postgres under the old name', begin + 2, begin + 900),
    ...step('restore', 'the backup goes into it', begin + 901, begin + 2_500),
    { t: begin + 2_501, kind: 'stage-ended', stage: 'database-restore', index: 0, ok: true },
    { t: begin + 2_502, kind: 'recovered-steps' },
    { t: begin + 2_503, kind: 'phase-ended', phase: 'recover', ok: true },
    { t: backMs + 1, kind: 'phase-started', phase: 'observe' },
    {
      t: backMs + 500,
      kind: 'snapshot',
      beganMs: backMs + 100,
      endedMs: backMs + 400,
      equal: false,
      differing: 3,
    },
    {
      t: backMs + 1_500,
      kind: 'snapshot',
      beganMs: backMs + 1_100,
      endedMs: backMs + 1_400,
      equal: true,
      differing: 0,
    },
    { t: watchedUntilMs, kind: 'phase-ended', phase: 'observe', ok: true },
  ];
}

function afterwards(): NewEvent[] {
  const at = watchedUntilMs;
  return [
    { t: at + 1, kind: 'phase-started', phase: 'compare' },
    {
      t: at + 100,
      kind: 'ledger-read-back',
      changes: [
        { change: 'c1', found: 'absent' },
        { change: 'c2', found: 'absent' },
      ],
    },
    {
      t: at + 500,
      kind: 'comparison',
      level: 'equivalent',
      kinds: [kindComparison('services'), kindComparison('routes', { before: 30, after: 30, identical: 30 })],
    },
    { t: at + 900, kind: 'behaviour', class: 'key-auth', asked: 8, same: 8, unproven: 0, differences: [] },
    { t: at + 1_000, kind: 'phase-ended', phase: 'compare', ok: true },
    { t: at + 1_100, kind: 'phase-started', phase: 'clean-up' },
    { t: at + 2_000, kind: 'cleaned-up', ok: true, left: [] },
    { t: at + 2_001, kind: 'phase-ended', phase: 'clean-up', ok: true },
    { t: at + 2_002, kind: 'case-ended', outcome: 'completed' },
  ];
}
