/** What the reports of a comparison have in common. */
import { differenceLine } from '../../model/difference-line.js';
import type { Comparison } from '../../model/comparison.js';
import type { KindComparison } from '../../model/journal.js';
import { isJudged, kindFigures, moreLine } from '../../model/kind-figures.js';
import type { Verdict } from '../../model/verdict.js';

export const comparisonLabels: Readonly<Record<Verdict, string>> = {
  met: 'equal',
  missed: 'different',
  inconclusive: 'not proved',
};

/** Why a kind could not be read, on whichever side. */
export function unreadReasons({ before, after }: Comparison, kind: string): string[] {
  return [before, after].flatMap(({ name, unread }) =>
    unread.filter((each) => each.kind === kind).map(({ reason }) => `not read from ${name}: ${reason}`),
  );
}

/** A kind on a line, without its differences. */
export function kindLine(kind: KindComparison): string {
  return `${kindFigures(kind)}${isJudged(kind) ? '' : ` (${kind.role}: not judged)`}`;
}

export function detailLines(comparison: Comparison, kind: KindComparison): string[] {
  return [
    ...unreadReasons(comparison, kind.kind),
    ...kind.differences.map(differenceLine),
    ...moreLine(kind),
  ];
}
