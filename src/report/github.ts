/** What GitHub Actions shows of drills by itself: the summary of a step, and annotations on the run. */
import type { CaseResult, RunResult, Verdict } from '../model/verdict.js';
import { escapeMarkdown, renderMarkdown } from './markdown.js';
import { verdictMarks } from './paint.js';
import { plainLine, shorten } from './plain-text.js';

/** A run, and where its reports are. */
export interface Reported {
  readonly result: RunResult;
  readonly folder: string;
}

const kib = 1024;
/** GitHub drops a summary of more than 1 MiB whole; what is left is for other summaries of the same step. */
export const githubSummaryLimitBytes = 1_000 * kib;
const annotationsLimit = 10;
const titleLimit = 120;
const messageLimit = 1_000;

/**
 * All verdicts first, then each report that still fits; one that does not is named instead, never cut.
 * @returns at most `limitBytes` of Markdown, 0 or more; a table that does not fit is left out too.
 */
export function renderGithubSummary(
  runs: readonly Reported[],
  limitBytes: number = githubSummaryLimitBytes,
): string {
  let summary = '';
  let leftBytes = limitBytes;
  const add = (text: string): boolean => {
    const bytes = Buffer.byteLength(text);
    if (bytes > leftBytes) return false;
    summary += text;
    leftBytes -= bytes;
    return true;
  };
  add(overview(runs));
  // Room for the sentence in place of each report that may not fit.
  const reserve = (following: readonly Reported[]): number =>
    following.reduce((sum, run) => sum + Buffer.byteLength(insteadOf(run)), 0);
  for (const [place, run] of runs.entries()) {
    const report = fold(run);
    const held = reserve(runs.slice(place + 1));
    if (Buffer.byteLength(report) + held > leftBytes || !add(report)) add(insteadOf(run));
  }
  return summary;
}

function overview(runs: readonly Reported[]): string {
  const rows = runs.map(({ result }) => {
    const { verdict, drill, rehearsal, sentence } = result;
    const kind = rehearsal ? 'rehearsal' : 'real';
    const cells = [
      `${verdictMarks[verdict]} ${verdict}`,
      escapeMarkdown(drill.name),
      kind,
      escapeMarkdown(sentence),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '## Recovery drills',
    '',
    '| Verdict | Drill | | |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '',
  ].join('\n');
}

function fold({ result }: Reported): string {
  const title = `${escapeMarkdown(result.drill.name)}: the whole report`;
  return `<details><summary>${title}</summary>\n\n${renderMarkdown(result)}\n</details>\n\n`;
}

function insteadOf({ result, folder }: Reported): string {
  return `The report of ${escapeMarkdown(result.drill.name)} is too large for a summary: see ${escapeMarkdown(folder)}/report.html\n\n`;
}

/** Workflow commands, the worst first, at most ten: of more, GitHub would drop some without a word. */
export function renderGithubAnnotations(runs: readonly Reported[]): readonly string[] {
  const all = annotationsOfRuns(runs);
  const shown = all.length > annotationsLimit ? all.slice(0, annotationsLimit - 1) : all;
  const lines = shown.map(commandOf);
  const [next, ...others] = all.slice(shown.length);
  if (next === undefined) return lines;
  const message = `${others.length + 1} more recovery paths did not meet their objectives: see the summary of this step`;
  return [...lines, commandOf({ level: next.level, title: 'kong-drill', message })];
}

/** One for each path that is not met, the worst first. */
export function annotationsOfRuns(runs: readonly Reported[]): readonly Annotation[] {
  return runs.flatMap(annotationsOf).sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));
}

const levels = ['error', 'warning', 'notice'] as const;

interface Annotation {
  readonly level: (typeof levels)[number];
  readonly title: string;
  readonly message: string;
  /** Relative to the repository. */
  readonly file?: string;
}

function annotationsOf({ result }: Reported): Annotation[] {
  const { drill, paths, cases } = result;
  const file = /^(\.\.|\/|[A-Za-z]:)/.test(drill.path) ? {} : { file: drill.path };
  const annotations = paths
    .filter((path) => path.verdict !== 'met')
    .map(({ recovery, verdict, required }): Annotation => ({
      level: !required ? 'notice' : verdict === 'missed' ? 'error' : 'warning',
      title: `${drill.name}: ${recovery} ${verdict}${required ? '' : ', not required'}`,
      message: worstOf(cases, recovery, verdict)?.sentence ?? result.sentence,
      ...file,
    }));
  if (annotations.length > 0 || result.verdict === 'met') return annotations;
  return [{ level: 'warning', title: `${drill.name}: ${result.verdict}`, message: result.sentence, ...file }];
}

function worstOf(cases: readonly CaseResult[], recovery: string, verdict: Verdict): CaseResult | undefined {
  return cases.find((it) => it.recovery === recovery && it.verdict === verdict);
}

function commandOf({ level, title, message, file }: Annotation): string {
  const where = file === undefined ? '' : `file=${property(file)},`;
  return `::${level} ${where}title=${property(shorten(plainLine(title), titleLimit))}::${data(shorten(plainLine(message), messageLimit))}`;
}

/** What would end a command, or begin another, within one. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
