/** What a comparison of one kind found, in numbers and in words. */
import type { KindComparison } from './journal.js';
import { formatCounts } from './units.js';
import type { Verdict } from './verdict.js';

/** How many entities differ in one way or another; what cannot be proved equal is none of them. */
export function differing({ missing, extra, changed, duplicated, reParented }: KindComparison): number {
  return missing + extra + changed + duplicated + reParented;
}

/** The kinds that count: configuration. What runs out, counts or keeps the books is shown, and not judged. */
export function judgedKinds(kinds: readonly KindComparison[]): readonly KindComparison[] {
  return kinds.filter(isJudged);
}

export function isJudged({ role }: KindComparison): boolean {
  return role === 'configuration';
}

/** What a comparison alone tells of a kind: a difference is `missed`, what cannot be proved equal is `inconclusive`. */
export function verdictOfKind(kind: KindComparison): Verdict {
  if (differing(kind) > 0) return 'missed';
  return kind.unproven > 0 ? 'inconclusive' : 'met';
}

/** The judged kinds together. */
export function judgedTotals(kinds: readonly KindComparison[]): {
  readonly kinds: number;
  readonly before: number;
  readonly differing: number;
  readonly unproven: number;
} {
  const judged = judgedKinds(kinds);
  const total = (count: (kind: KindComparison) => number): number =>
    judged.reduce((sum, kind) => sum + count(kind), 0);
  return {
    kinds: judged.length,
    before: total(({ before }) => before),
    differing: total(differing),
    unproven: total(({ unproven }) => unproven),
  };
}

/** `all 12 as before`, `12 before, 11 after: 1 missing`. */
export function kindFigures(kind: KindComparison): string {
  const wrong = formatCounts([
    [kind.missing, 'missing'],
    [kind.changed, 'changed'],
    [kind.extra, 'too many'],
    [kind.duplicated, 'duplicated'],
    [kind.reParented, 'under another parent'],
    [kind.unproven, 'not provable'],
  ]);
  return wrong === ''
    ? `all ${kind.before} as before`
    : `${kind.before} before, ${kind.after} after: ${wrong}`;
}

/** `… and 12 more`, where not every difference is spelled out. */
export function moreLine(kind: KindComparison): readonly string[] {
  const more = differing(kind) - kind.differences.length;
  return more > 0 ? [`… and ${more} more`] : [];
}
