/** A comparison for a terminal: the verdict first, then each kind that differs, then what is alike. */
import type { Comparison } from '../../model/comparison.js';
import { isJudged, verdictOfKind } from '../../model/kind-figures.js';
import { painter, verdictMarks } from '../paint.js';
import { plainLine, shorten } from '../plain-text.js';
import { comparisonLabels, detailLines, kindLine } from './words.js';

export interface ComparisonConsoleOptions {
  readonly color: boolean;
  readonly width: number;
}

export function renderComparisonConsole(
  comparison: Comparison,
  { color, width }: ComparisonConsoleOptions,
): string {
  const paint = painter(color);
  const { verdict, sentence, before, after, kinds } = comparison;
  const head = [
    `${paint.verdict(verdict, ` ${comparisonLabels[verdict].toUpperCase()} `)} ${plainLine(sentence)}`,
    paint.faint(`before: ${sideLine(before)}`),
    paint.faint(`after:  ${sideLine(after)}`),
    '',
  ];
  const nameWidth = Math.max(0, ...kinds.map(({ kind }) => kind.length));
  const body = kinds.flatMap((kind) => {
    const judged = isJudged(kind) ? verdictOfKind(kind) : undefined;
    const mark = judged === undefined ? ' ' : verdictMarks[judged];
    const line = `${mark} ${plainLine(kind.kind).padEnd(nameWidth)}  ${kindLine(kind)}`;
    const details = detailLines(comparison, kind).map((each) => shorten(`    ${plainLine(each)}`, width));
    return [paint.verdict(judged === 'met' ? undefined : judged, line), ...details];
  });
  return `${[...head, ...body].join('\n')}\n`;
}

function sideLine({ name, source, takenAtUtc, entities }: Comparison['before']): string {
  return plainLine(`${name} (${source}, read ${takenAtUtc}, ${entities} entities)`);
}
