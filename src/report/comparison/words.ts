/** What the reports of a comparison have in common. */
import { differenceLine } from '../../model/difference-line.js';
import type { Comparison } from '../../model/comparison.js';
import type { KindComparison } from '../../model/journal.js';
import { differing, kindFigures, moreLine } from '../../model/kind-figures.js';
import type { Verdict } from '../../model/verdict.js';

export const comparisonLabels: Readonly<Record<Verdict, string>> = {
  met: 'equal',
  missed: 'different',
  inconclusive: 'not proved',
};

/** Only configuration is judged; what runs out, counts or keeps the books is shown. */
export function verdictOfKind(kind: KindComparison): Verdict | undefined {
  if (kind.role !== 'configuration') return undefined;
  if (differing(kind) > 0) return 'missed';
  return kind.unproven > 0 ? 'inconclusive' : 'met';
}

/** Why a kind could not be read, on whichever side. */
export function unreadReasons({ before, after }: Comparison, kind: string): string[] {
  return [before, after].flatMap(({ name, unread }) =>
    unread.filter((each) => each.kind === kind).map(({ reason }) => `not read from ${name}: ${reason}`),
  );
}

/** A kind on a line, without its differences. */
export function kindLine(kind: KindComparison): string {
  const isAtRest = kind.role === 'configuration';
  return `${kindFigures(kind)}${isAtRest ? '' : ` (${kind.role}: not judged)`}`;
}

export function detailLines(comparison: Comparison, kind: KindComparison): string[] {
  return [
    ...unreadReasons(comparison, kind.kind),
    ...kind.differences.map(differenceLine),
    ...moreLine(kind),
  ];
}
