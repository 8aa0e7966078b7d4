/** What a comparison of one kind found, in numbers and in words. */
import type { KindComparison } from './journal.js';
import { formatCounts } from './units.js';

/** How many entities differ in one way or another; what cannot be proved equal is none of them. */
export function differing({ missing, extra, changed, duplicated, reParented }: KindComparison): number {
  return missing + extra + changed + duplicated + reParented;
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
