/** A run as it goes on: from events of the journal to lines. Whoever owns the terminal prints the lines, and redraws the view. */
import type { PastDuration } from '../model/history.js';
import type { EventOf, JournalEvent } from '../model/journal.js';
import { formatDuration } from '../model/units.js';
import { newCaseProgress, noteEvent } from './case-progress.js';
import type { CaseProgress } from './case-progress.js';
import { painter } from './paint.js';
import { plainLine, shorten } from './plain-text.js';
import { viewOf } from './progress-view.js';

export interface ProgressOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** How long each recovery path took before. */
  readonly past?: ReadonlyMap<string, PastDuration>;
}

export interface Progress {
  /** Lines that stay, for one event: none for most; one at the end of each phase, and for what a reader must not miss. */
  lines(event: JournalEvent): readonly string[];
  /** What a case sees in the place of what it waits for. */
  awaiting(caseId: string, seen: string): void;
  /** What goes on at `nowMs` of the run's clock, as a few lines that replace the last view; none between cases. */
  view(nowMs: number): readonly string[];
}

const leastCaseWidth = 18;
const phaseWidth = 13;

/** Progress of one run; it remembers what it has seen. */
export function renderProgress({ color, width, past }: ProgressOptions): Progress {
  const paint = painter(color);
  let caseWidth = leastCaseWidth;
  const cases = new Map<string, CaseProgress>();
  const nowIn = (id = ''): CaseProgress => {
    const known = cases.get(id) ?? newCaseProgress();
    cases.set(id, known);
    return known;
  };
  const fit = (line: string) => shorten(line, Math.max(20, width - 1));
  const say = (id: string | undefined, what: string, text: string) =>
    `${(id ?? '').padEnd(caseWidth)}${what.padEnd(phaseWidth)}${plainLine(text)}`.trimEnd();
  const warn = (level: 'missed' | 'inconclusive', ...said: Parameters<typeof say>) => [
    paint.verdict(level, say(...said)),
  ];
  return {
    lines(event) {
      const now = nowIn(event.case);
      noteEvent(now, event);
      switch (event.kind) {
        case 'run-started':
          caseWidth = Math.max(leastCaseWidth, ...event.cases.map((it) => it.case.length + 2));
          return [`${paint.strong(plainLine(event.drill.title ?? event.drill.name))} (${whoPlays(event)})`];
        case 'phase-ended':
          return [say(event.case, event.phase, phaseText(now, event))];
        case 'failure-issued':
          return warn('missed', event.case, 'fail', `${event.failure} ${event.target}`);
        case 'step-ended':
          if (event.ok) return [];
          return warn('missed', event.case, 'recover', `${event.step} failed: ${event.detail ?? ''}`);
        case 'note':
          return event.level === 'info' ? [] : warn('inconclusive', event.case, event.level, event.text);
        case 'case-skipped':
          return warn('inconclusive', event.case, 'skipped', event.reason);
        case 'case-ended':
          return event.outcome === 'completed' ? [] : [say(event.case, event.outcome, event.error ?? '')];
        case 'interrupted':
          return [paint.strong(say(undefined, 'interrupted', `by ${event.signal}; cleaning up`))];
        default:
          return [];
      }
    },
    awaiting(caseId, seen) {
      nowIn(caseId).seen = seen;
    },
    view(nowMs) {
      const going = [...cases].filter(([, now]) => now.phase !== undefined);
      const whole = going.length === 1;
      return going.flatMap(([id, now]) => {
        const [head = '', ...more] = viewOf(id, now, { nowMs, whole, past: past?.get(now.recovery ?? '') });
        return [paint.strong(fit(head)), ...more.map(fit)];
      });
    },
  };
}

function phaseText(now: CaseProgress, event: EventOf<'phase-ended'>): string {
  const tookMs = event.t - (now.phaseStartedMs.get(event.phase) ?? event.t);
  const facts = now.facts.length > 0 ? `  ${now.facts.join(', ')}` : '';
  return `${formatDuration(tookMs).padEnd(12)}${event.ok ? '' : 'FAILED'}${facts}`;
}

function whoPlays({ engine, rehearsal }: EventOf<'run-started'>): string {
  return rehearsal ? `engine ${engine}; a rehearsal: Kong is played by a stand-in` : `engine ${engine}`;
}
