/** Verdicts in one sentence, with the figures that a person asks for first. */
import { formatInterval } from '../model/units.js';
import type { CaseResult, ObjectiveResult, RunResult, Verdict } from '../model/verdict.js';

export function caseSentence(
  recovery: string,
  verdict: Verdict,
  objectives: readonly ObjectiveResult[],
): string {
  if (verdict === 'met') return `${recovery} met every objective${backAfter(objectives)}.`;
  const [first, ...others] = objectives.filter((it) => it.verdict === verdict);
  if (!first) return `${recovery}: nothing was judged.`;
  const reason = first.reason.replace(/\.$/, '');
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  // What broke the run itself needs no title before it.
  if (first.group === 'run') return `${recovery} proves nothing: ${inSentence(reason)}${more}.`;
  const found = verdict === 'missed' ? 'missed' : 'proves nothing yet,';
  return `${recovery} ${found} ${inSentence(first.title)}: ${reason}${more}.`;
}

interface RunFigures {
  readonly rehearsal: boolean;
  readonly skipped: RunResult['skipped'];
  readonly verdict: Verdict;
  readonly paths: RunResult['paths'];
  readonly cases: readonly CaseResult[];
}

export function runSentence(figures: RunFigures): string {
  const { rehearsal, skipped, verdict, paths, cases } = figures;
  const who = rehearsal ? 'Rehearsal with a stand-in for Kong: ' : '';
  const left = skipped.length > 0 ? ` Skipped: ${skipped.map((it) => it.recovery).join(', ')}.` : '';
  if (paths.length === 0) return `${who}No recovery path was tried: nothing is proved.${left}`;
  const decisive = paths.filter((path) => path.verdict === verdict);
  const shown = decisive.flatMap((path) => worstCase(cases, path)?.sentence ?? []);
  const count = `${decisive.length} of ${paths.length} recovery ${paths.length === 1 ? 'path' : 'paths'}`;
  const heads: Readonly<Record<Verdict, string>> = {
    met: `${count} met the objectives.`,
    missed: `${count} missed the objectives.`,
    inconclusive: `No verdict: ${count} proved nothing.`,
  };
  return `${who}${heads[verdict]} ${shown.join(' ')}${left}`;
}

function worstCase(cases: readonly CaseResult[], path: RunResult['paths'][number]): CaseResult | undefined {
  return cases.find((it) => it.recovery === path.recovery && it.verdict === path.verdict);
}

function backAfter(objectives: readonly ObjectiveResult[]): string {
  const parts = objectives.flatMap(({ group, measured }) => {
    if (!measured || !group.startsWith('rto-')) return [];
    return [`${group.slice('rto-'.length)} ${formatInterval(measured.lowerMs, measured.upperMs)}`];
  });
  return parts.length === 0 ? '' : `; back after the failure: ${parts.join(', ')}`;
}

/** `Parity of routes` → `parity of routes`, but `RTO traffic` as it is. */
const inSentence = (title: string): string =>
  title.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
