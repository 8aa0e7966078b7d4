/** One objective, judged: the small constructors that every judge of this folder ends in. */
import { formatInterval, formatTarget } from '../model/units.js';
import { verdictOfInterval } from '../model/verdict.js';
import type { Interval, ObjectiveGroup, ObjectiveResult, Verdict } from '../model/verdict.js';

/** What is judged: its group, and a kind, class or artifact where the group has several. */
export interface Subject {
  readonly group: ObjectiveGroup;
  readonly of?: string;
  readonly title: string;
  readonly target?: string;
  readonly targetMs?: number;
  readonly measured?: Interval;
}

type Judge = (subject: Subject, reason: string, details?: readonly string[]) => ObjectiveResult;

export const met: Judge = (subject, reason, details) => judged('met', subject, reason, details);
export const missed: Judge = (subject, reason, details) => judged('missed', subject, reason, details);
export const inconclusive: Judge = (subject, reason, details) =>
  judged('inconclusive', subject, reason, details);
/** The run did not get that far. */
export const notRun: Judge = (subject, reason, details) => ({
  ...judged('inconclusive', subject, reason, details),
  notRun: true,
});

/** What was missed, as it was seen, where it is no proof. */
export function unproven(seen: ObjectiveResult, because: string): ObjectiveResult {
  const reason = `${seen.reason.replace(/\.$/, '')}; no proof, for ${because}.`;
  return { ...seen, verdict: 'inconclusive', reason };
}

function judged(
  verdict: Verdict,
  subject: Subject,
  reason: string,
  details: readonly string[] = [],
): ObjectiveResult {
  const { group, of, title, ...figures } = subject;
  const id = of === undefined ? group : `${group}:${of}`;
  return { id, group, title, verdict, reason, ...figures, details: [...details] };
}

/** The worst of several: missed, then inconclusive, then met. Nothing at all proves nothing. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('missed')) return 'missed';
  return verdicts.length === 0 || verdicts.includes('inconclusive') ? 'inconclusive' : 'met';
}

/** An interval against its target, in words. */
export function againstTarget(interval: Interval, targetMs: number): string {
  const words = {
    met: 'within',
    missed: 'beyond',
    inconclusive: 'not clearly within or beyond',
  } as const;
  const relation = words[verdictOfInterval(interval, targetMs)];
  return `${formatInterval(interval.lowerMs, interval.upperMs)}, ${relation} the target of ${formatTarget(targetMs)}`;
}
