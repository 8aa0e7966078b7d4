/** What goes on just now, as a few lines that replace the last ones. */
import { streamClockWords } from '../model/journal.js';
import type { Phase } from '../model/journal.js';
import type { PastDuration } from '../model/history.js';
import { formatTarget } from '../model/units.js';
import type { CaseProgress } from './case-progress.js';
import { plainLine } from './plain-text.js';

export interface View {
  /** On the run's clock. */
  readonly nowMs: number;
  /** All of what is known, of one case alone: several would fill the terminal. */
  readonly whole: boolean;
  /** How long the path took before. */
  readonly past: PastDuration | undefined;
}

const nameWidth = 12;

/** What a phase waits for where no step of it says so. */
const awaited: Readonly<Record<Phase, string>> = {
  provision: 'Postgres, the tables of Kong, and its nodes',
  configure: 'the state, and routes of the runner that every worker serves',
  'back-up': 'the artifacts, and the reference of every entity and answer',
  'steady-state': 'clean answers to all probes, before anything is broken',
  change: 'acknowledged changes, until the failure',
  fail: 'independent evidence of the failure',
  recover: 'the first step',
  observe: 'every clock to stop',
  compare: 'every entity and answer, and the ledger',
  'clean-up': 'all that was started to be gone',
};

/** The first line is the head. */
export function viewOf(id: string, now: CaseProgress, { nowMs, whole, past }: View): readonly string[] {
  const { phase } = now;
  if (phase === undefined) return [];
  const inPhase = elapsed(nowMs - (now.phaseStartedMs.get(phase) ?? nowMs), past?.phasesMs.get(phase));
  const inCase = elapsed(nowMs - (now.startedMs ?? nowMs), past?.meanMs);
  const head = `> ${id}  ${phase} ${inPhase}`;
  const waits = now.step ?? awaited[phase];
  if (!whole) return [`${head}  ${plainLine(waits)}`];
  return [
    `${head}; the case ${inCase}`,
    row('waits for', waits),
    ...(now.seen === undefined ? [] : [row('last seen', now.seen)]),
    ...streamClockWords.flatMap((clock) => {
      const seen = now.probes.get(clock);
      return seen === undefined ? [] : [row(clock, seen)];
    }),
  ];
}

const row = (name: string, text: string): string => `    ${name.padEnd(nameWidth)}${plainLine(text)}`;

function elapsed(ms: number, expectedMs: number | undefined): string {
  const expected = expectedMs === undefined ? '' : ` of about ${wholeSeconds(expectedMs)}`;
  return `${wholeSeconds(ms)}${expected}`;
}

function wholeSeconds(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  return seconds < 60 ? `${seconds} s` : formatTarget(seconds * 1_000);
}
