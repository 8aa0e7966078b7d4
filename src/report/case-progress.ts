/** What goes on in one case, of which several may run side by side: gathered event by event. */
import { probeOutcomeWords } from '../model/journal.js';
import type { EventOf, JournalEvent, Phase, Stream } from '../model/journal.js';
import { judgedTotals } from '../model/kind-figures.js';
import { formatBytes, formatDuration } from '../model/units.js';

/** How many of the newest probes of a clock are remembered. */
export const probesRemembered = 40;

export interface CaseProgress {
  recovery?: string;
  /** When it was started, in milliseconds of the run's clock. */
  startedMs?: number;
  /** The phase that goes on; none between cases. */
  phase?: Phase;
  step?: string;
  /** What was seen last in the place of what is awaited. */
  seen?: string;
  readonly phaseStartedMs: Map<string, number>;
  /** What the phase that goes on has brought so far, for the line at its end. */
  facts: string[];
  /** The newest probes of each clock: `.` right, `x` not. */
  readonly probes: Map<Stream['clock'], string>;
  readonly clocks: Map<string, Stream['clock']>;
}

export function newCaseProgress(): CaseProgress {
  return { phaseStartedMs: new Map(), facts: [], probes: new Map(), clocks: new Map() };
}

export function noteEvent(now: CaseProgress, event: JournalEvent): void {
  switch (event.kind) {
    case 'case-started':
      Object.assign(now, { recovery: event.recovery, startedMs: event.t });
      now.probes.clear();
      break;
    case 'case-ended':
      delete now.phase;
      break;
    case 'phase-started':
      now.phase = event.phase;
      now.facts = [];
      now.phaseStartedMs.set(event.phase, event.t);
      delete now.step;
      delete now.seen;
      break;
    case 'step-started':
      now.step = event.title;
      delete now.seen;
      break;
    case 'streams':
      for (const stream of event.streams) now.clocks.set(stream.id, stream.clock);
      break;
    case 'probes':
      noteProbes(now, event);
      break;
    case 'snapshot':
      now.seen = event.error ?? (event.equal ? 'every entity is back' : `${event.differing} entities differ`);
      break;
    default:
      now.facts.push(...factsIn(event));
  }
}

function factsIn(event: JournalEvent): readonly string[] {
  switch (event.kind) {
    case 'artifact': {
      const bad = event.faults.length > 0 ? ` BAD: ${event.faults.join(', ')}` : '';
      return [`${event.name} ${formatBytes(event.sizeBytes)}${bad}`];
    }
    case 'failure-confirmed':
      return [`${event.failure} ${event.target} ${event.confirmed ? 'confirmed' : 'NOT confirmed'}`];
    case 'step-ended':
      return [`${event.step} ${formatDuration(event.t - event.startedMs)}`];
    case 'comparison':
      return [comparisonText(event)];
    default:
      return [];
  }
}

function noteProbes(now: CaseProgress, { stream, samples }: EventOf<'probes'>): void {
  const clock = now.clocks.get(stream);
  if (clock === undefined) return;
  const seen = samples.map((sample) => (probeOutcomeWords[sample[3]] === 'right' ? '.' : 'x')).join('');
  now.probes.set(clock, ((now.probes.get(clock) ?? '') + seen).slice(-probesRemembered));
}

function comparisonText({ kinds }: EventOf<'comparison'>): string {
  const { before, differing } = judgedTotals(kinds);
  return differing === 0 ? `all ${before} entities back` : `${differing} of ${before} entities differ`;
}
