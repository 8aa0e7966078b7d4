/** A run as it goes on: from events of the journal to lines. Whoever owns the terminal prints the lines, and redraws the view. */
import { probeOutcomeWords, streamClockWords } from '../model/journal.js';
import type { EventOf, JournalEvent, StreamClock } from '../model/journal.js';
import { judgedTotals } from '../model/kind-figures.js';
import { formatBytes, formatDuration } from '../model/units.js';
import { painter } from './paint.js';
import { plainLine, shorten } from './plain-text.js';

export interface ProgressOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

export interface Progress {
  /** Lines that stay, for one event: none for most; one at the end of each phase, and for what a reader must not miss. */
  lines(event: JournalEvent): readonly string[];
  /** What goes on at `nowMs` of the run's clock, as a few lines that replace the last view; none between cases. */
  view(nowMs: number): readonly string[];
}

const probesShown = 40;
const leastCaseWidth = 18;
const phaseWidth = 13;

/** Progress of one run; it remembers what it has seen. */
export function renderProgress({ color, width }: ProgressOptions): Progress {
  const paint = painter(color);
  let caseWidth = leastCaseWidth;
  const cases = new Map<string, Now>();
  const nowIn = (id = ''): Now => {
    const known = cases.get(id) ?? { startedMs: new Map(), facts: [], probes: new Map(), clocks: new Map() };
    cases.set(id, known);
    return known;
  };
  const fit = (line: string) => shorten(plainLine(line), Math.max(20, width - 1));
  const say = (id: string | undefined, what: string, text: string) =>
    `${(id ?? '').padEnd(caseWidth)}${what.padEnd(phaseWidth)}${plainLine(text)}`.trimEnd();
  return {
    lines(event) {
      const now = nowIn(event.case);
      note(now, event);
      switch (event.kind) {
        case 'run-started':
          caseWidth = Math.max(leastCaseWidth, ...event.cases.map((it) => it.case.length + 2));
          return [`${paint.strong(plainLine(event.drill.title ?? event.drill.name))} (${whoPlays(event)})`];
        case 'phase-ended':
          return [say(event.case, event.phase, phaseText(now, event))];
        case 'failure-issued':
          return [paint.verdict('missed', say(event.case, 'fail', `${event.failure} ${event.target}`))];
        case 'step-ended':
          return event.ok
            ? []
            : [
                paint.verdict(
                  'missed',
                  say(event.case, 'recover', `${event.step} failed: ${event.detail ?? ''}`),
                ),
              ];
        case 'note':
          return event.level === 'info'
            ? []
            : [paint.verdict('inconclusive', say(event.case, event.level, event.text))];
        case 'case-ended':
          return event.outcome === 'completed' ? [] : [say(event.case, event.outcome, event.error ?? '')];
        case 'interrupted':
          return [paint.strong(say(undefined, 'interrupted', `by ${event.signal}; cleaning up`))];
        default:
          return [];
      }
    },
    view(nowMs) {
      const going = [...cases].filter(([, now]) => now.phase !== undefined);
      const withProbes = going.length === 1;
      return going.flatMap(([id, now]) => {
        const [head = '', ...streams] = viewOf(id, now, { nowMs, withProbes });
        return [paint.strong(fit(head)), ...streams.map(fit)];
      });
    },
  };
}

interface View {
  readonly nowMs: number;
  /** Of one case alone: several would fill the terminal. */
  readonly withProbes: boolean;
}

/** A line of what goes on in a case, and the newest probes of each clock below it. */
function viewOf(id: string, now: Now, { nowMs, withProbes }: View): readonly string[] {
  const since = now.startedMs.get(now.phase ?? '') ?? nowMs;
  const head = [id, now.phase ?? '', formatDuration(Math.max(0, nowMs - since)), now.step ?? ''];
  const streams = streamClockWords.flatMap((clock) => {
    const seen = withProbes ? now.probes.get(clock) : undefined;
    return seen === undefined ? [] : [`  ${clock.padEnd(phaseWidth)}${seen.slice(-probesShown)}`];
  });
  return [`> ${head.filter((it) => it !== '').join('  ')}`, ...streams];
}

/** What goes on in one case, of which several may run side by side. */
interface Now {
  phase?: string;
  step?: string;
  readonly startedMs: Map<string, number>;
  /** What the phase that goes on has brought so far, for the line at its end. */
  facts: string[];
  /** The newest probes of each clock: `.` right, `x` not. */
  readonly probes: Map<StreamClock, string>;
  readonly clocks: Map<string, StreamClock>;
}

function note(now: Now, event: JournalEvent): void {
  switch (event.kind) {
    case 'case-started':
      now.probes.clear();
      break;
    case 'case-ended':
      delete now.phase;
      break;
    case 'phase-started':
      now.phase = event.phase;
      now.facts = [];
      now.startedMs.set(event.phase, event.t);
      delete now.step;
      break;
    case 'artifact':
      now.facts.push(
        `${event.name} ${formatBytes(event.sizeBytes)}${event.faults.length > 0 ? ` BAD: ${event.faults.join(', ')}` : ''}`,
      );
      break;
    case 'failure-confirmed':
      now.facts.push(
        event.confirmed
          ? `${event.failure} ${event.target} confirmed`
          : `${event.failure} ${event.target} NOT confirmed`,
      );
      break;
    case 'step-started':
      now.step = event.title;
      break;
    case 'step-ended':
      now.facts.push(`${event.step} ${formatDuration(event.t - event.startedMs)}`);
      break;
    case 'comparison':
      now.facts.push(comparisonText(event));
      break;
    case 'streams':
      for (const stream of event.streams) now.clocks.set(stream.id, stream.clock);
      break;
    case 'probes':
      noteProbes(now, event);
      break;
    default:
  }
}

function noteProbes(now: Now, { stream, samples }: EventOf<'probes'>): void {
  const clock = now.clocks.get(stream);
  if (clock === undefined) return;
  const seen = samples.map((sample) => (probeOutcomeWords[sample[3]] === 'right' ? '.' : 'x')).join('');
  now.probes.set(clock, ((now.probes.get(clock) ?? '') + seen).slice(-probesShown));
}

function phaseText(now: Now, event: EventOf<'phase-ended'>): string {
  const tookMs = event.t - (now.startedMs.get(event.phase) ?? event.t);
  const facts = now.facts.length > 0 ? `  ${now.facts.join(', ')}` : '';
  return `${formatDuration(tookMs).padEnd(12)}${event.ok ? '' : 'FAILED'}${facts}`;
}

function comparisonText({ kinds }: EventOf<'comparison'>): string {
  const { before, differing } = judgedTotals(kinds);
  return differing === 0 ? `all ${before} entities back` : `${differing} of ${before} entities differ`;
}

function whoPlays({ engine, rehearsal }: EventOf<'run-started'>): string {
  return rehearsal ? `engine ${engine}; a rehearsal: Kong is played by a stand-in` : `engine ${engine}`;
}
