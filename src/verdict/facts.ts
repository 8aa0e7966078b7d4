/** One pass over a journal: what happened, sorted by case, nothing judged yet. */
import type { LedgerEvent } from '../measure/rpo.js';
import { utcOfCase } from '../model/journal.js';
import type { EventOf, JournalEvent, Phase, Sample, Stream } from '../model/journal.js';

export interface StreamSamples {
  readonly stream: Stream;
  readonly samples: Sample[];
}

export interface PhaseSpan {
  readonly phase: Phase;
  readonly startedMs: number;
  endedMs?: number;
  ok?: boolean;
}

/** A step, as far as it got; `ended` is missing where the run stopped in the middle of it. */
export interface StepFact {
  readonly started: EventOf<'step-started'>;
  ended?: EventOf<'step-ended'>;
}

export interface CaseFacts {
  readonly id: string;
  readonly recovery: string;
  readonly repetition: number;
  startedMs?: number;
  ended?: EventOf<'case-ended'>;
  /** The time of the newest event: nothing is known of what came after it. */
  lastMs: number;
  readonly phases: PhaseSpan[];
  readonly artifacts: EventOf<'artifact'>[];
  readonly streams: Map<string, StreamSamples>;
  readonly stalls: EventOf<'probe-stall'>[];
  steadyState?: { readonly from: number; readonly to: number };
  readonly ledger: LedgerEvent[];
  readonly issued: EventOf<'failure-issued'>[];
  readonly confirmations: EventOf<'failure-confirmed'>[];
  readonly steps: StepFact[];
  readonly stages: EventOf<'stage-ended'>[];
  recoveredStepsMs?: number;
  readonly snapshots: EventOf<'snapshot'>[];
  readonly comparisons: EventOf<'comparison'>[];
  readonly behaviour: EventOf<'behaviour'>[];
  newRoute?: EventOf<'new-route'>;
  /** Apart from the others: they began when everything else was over. */
  readonly newRouteStreams: Map<string, StreamSamples>;
  readonly newRouteStalls: EventOf<'probe-stall'>[];
  secondOpinion?: EventOf<'second-opinion'>;
  readonly notes: EventOf<'note'>[];
  cleanedUp?: EventOf<'cleaned-up'>;
}

export interface RunFacts {
  readonly started: EventOf<'run-started'>;
  host: EventOf<'host'>['facts'];
  readonly software: EventOf<'software'>['software'];
  readonly pulled: EventOf<'images-pulled'>['images'];
  readonly cases: Map<string, CaseFacts>;
  /** Cases that were to run, and were left out when their turn came; they are no longer in `cases`. */
  readonly skippedCases: { readonly case: string; readonly recovery: string; readonly reason: string }[];
  /** Of the run as a whole: taken once for all cases. */
  readonly artifacts: EventOf<'artifact'>[];
  readonly notes: EventOf<'note'>[];
  earlier: EventOf<'earlier-runs'>['runs'];
  programme?: EventOf<'programme'>['programme'];
  cleanedUp?: EventOf<'cleaned-up'>;
  interrupted?: EventOf<'interrupted'>;
  ended?: EventOf<'run-ended'>;
  lastMs: number;
  /** Events whose numbers are missing from the journal. */
  lostEvents: number;
}

/** The moment that every RTO counts from: the first failure that was issued. */
export function failedAtMs(facts: CaseFacts): number | undefined {
  return facts.issued[0]?.t;
}

/** Wall time of a moment of a case, in milliseconds since 1970. */
export function wallMsAt({ started }: RunFacts, caseId: string, atMs: number): number {
  return Date.parse(utcOfCase(caseId, started)) + atMs - started.t;
}

/** What a journal says, or `undefined` where it does not even say which run it is of. */
export function gatherFacts(events: Iterable<JournalEvent>): RunFacts | undefined {
  let run: RunFacts | undefined;
  let nextSeq = 0;
  for (const event of events) {
    if (run) run.lostEvents += Math.max(0, event.seq - nextSeq);
    nextSeq = event.seq + 1;
    if (event.kind === 'run-started') run ??= factsOf(event);
    else if (run) addToRun(run, event);
  }
  return run;
}

function factsOf(started: EventOf<'run-started'>): RunFacts {
  const run: RunFacts = {
    started,
    host: {},
    software: [],
    pulled: [],
    cases: new Map(),
    skippedCases: [],
    artifacts: [],
    notes: [],
    earlier: [],
    lastMs: started.t,
    lostEvents: started.seq,
  };
  for (const planned of started.cases) run.cases.set(planned.case, emptyCase(planned, started.t));
  return run;
}

function emptyCase(planned: EventOf<'run-started'>['cases'][number], atMs: number): CaseFacts {
  return {
    id: planned.case,
    recovery: planned.recovery,
    repetition: planned.repetition,
    lastMs: atMs,
    phases: [],
    artifacts: [],
    streams: new Map(),
    newRouteStreams: new Map(),
    newRouteStalls: [],
    stalls: [],
    ledger: [],
    issued: [],
    confirmations: [],
    steps: [],
    stages: [],
    snapshots: [],
    comparisons: [],
    behaviour: [],
    notes: [],
  };
}

function addToRun(run: RunFacts, event: JournalEvent): void {
  run.lastMs = Math.max(run.lastMs, event.t);
  if (event.case !== undefined) {
    const facts = run.cases.get(event.case);
    if (facts && event.kind === 'case-skipped') skipCase(run, facts, event.reason);
    else if (facts) addToCase(facts, event);
    return;
  }
  switch (event.kind) {
    case 'host':
      run.host = { ...run.host, ...event.facts };
      break;
    case 'software':
      run.software.push(...event.software);
      break;
    case 'images-pulled':
      run.pulled.push(...event.images);
      break;
    case 'earlier-runs':
      run.earlier = event.runs;
      break;
    case 'programme':
      run.programme = event.programme;
      break;
    case 'artifact':
      run.artifacts.push(event);
      break;
    case 'note':
      run.notes.push(event);
      break;
    case 'cleaned-up':
      run.cleanedUp = event;
      break;
    case 'interrupted':
      run.interrupted = event;
      break;
    case 'run-ended':
      run.ended = event;
      break;
    default:
  }
}

function skipCase({ cases, skippedCases }: RunFacts, { id, recovery }: CaseFacts, reason: string): void {
  cases.delete(id);
  skippedCases.push({ case: id, recovery, reason });
}

type Adders = { readonly [K in JournalEvent['kind']]?: (facts: CaseFacts, event: EventOf<K>) => void };

/** What each kind of event adds to its case; kinds that belong to the run alone add nothing. */
const adders: Adders = {
  'case-started': (facts, event) => (facts.startedMs = event.t),
  'case-ended': (facts, event) => (facts.ended = event),
  'phase-started': (facts, event) => facts.phases.push({ phase: event.phase, startedMs: event.t }),
  'phase-ended': (facts, event) => {
    const open = facts.phases.findLast((span) => span.phase === event.phase && span.endedMs === undefined);
    if (open) Object.assign(open, { endedMs: event.t, ok: event.ok });
  },
  artifact: (facts, event) => facts.artifacts.push(event),
  streams: (facts, event) => {
    for (const stream of event.streams) {
      const those = stream.clock === 'route' ? facts.newRouteStreams : facts.streams;
      those.set(stream.id, { stream, samples: [] });
    }
  },
  probes: (facts, event) => {
    const { samples } = facts.streams.get(event.stream) ?? facts.newRouteStreams.get(event.stream) ?? {};
    if (samples) for (const sample of event.samples) samples.push(sample);
  },
  'probe-stall': ({ stalls, newRouteStalls, newRouteStreams }, event) =>
    (newRouteStreams.size === 0 ? stalls : newRouteStalls).push(event),
  'steady-state': (facts, event) => (facts.steadyState = { from: event.from, to: event.to }),
  'ledger-intent': (facts, event) => facts.ledger.push(event),
  'ledger-outcome': (facts, event) => facts.ledger.push(event),
  'ledger-read-back': (facts, event) => facts.ledger.push(event),
  'failure-issued': (facts, event) => facts.issued.push(event),
  'failure-confirmed': (facts, event) => facts.confirmations.push(event),
  'stage-ended': (facts, event) => facts.stages.push(event),
  'step-started': (facts, event) => facts.steps.push({ started: event }),
  'step-ended': (facts, event) => {
    const same = (it: StepFact) => it.started.stage === event.stage && it.started.step === event.step;
    const open = facts.steps.findLast((it) => same(it) && it.ended === undefined);
    if (open) open.ended = event;
    else facts.steps.push({ started: startOf(event), ended: event });
  },
  'recovered-steps': (facts, event) => (facts.recoveredStepsMs = event.t),
  snapshot: (facts, event) => facts.snapshots.push(event),
  comparison: (facts, event) => facts.comparisons.push(event),
  behaviour: (facts, event) => facts.behaviour.push(event),
  'new-route': (facts, event) => (facts.newRoute = event),
  'second-opinion': (facts, event) => (facts.secondOpinion = event),
  note: (facts, event) => facts.notes.push(event),
  'cleaned-up': (facts, event) => (facts.cleanedUp = event),
};

function addToCase(facts: CaseFacts, event: JournalEvent): void {
  facts.lastMs = Math.max(facts.lastMs, event.t);
  const add = adders[event.kind] as ((facts: CaseFacts, event: JournalEvent) => void) | undefined;
  add?.(facts, event);
}

function startOf(ended: EventOf<'step-ended'>): EventOf<'step-started'> {
  const { seq, stage, step, startedMs } = ended;
  return { seq, t: startedMs, kind: 'step-started', stage, step, title: step };
}
