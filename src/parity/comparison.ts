/** The comparison of two snapshots as a result: what `kong-drill compare` prints and writes. Pure. */
import type { Comparison } from '../model/comparison.js';
import type { Snapshot } from '../model/entity.js';
import type { KindComparison } from '../model/journal.js';
import { judgedKinds, judgedTotals, verdictOfKind } from '../model/kind-figures.js';
import type { Verdict } from '../model/verdict.js';

export interface NamedSnapshot {
  readonly name: string;
  readonly snapshot: Snapshot;
}

export interface ComparisonTerms {
  readonly tool: string;
  readonly level: Comparison['level'];
  readonly ignored: readonly string[];
}

export function comparisonOf(
  before: NamedSnapshot,
  after: NamedSnapshot,
  found: { readonly kinds: readonly KindComparison[]; readonly terms: ComparisonTerms },
): Comparison {
  const { kinds, terms } = found;
  return {
    schemaVersion: 1,
    ...terms,
    ignored: [...terms.ignored],
    before: inBrief(before),
    after: inBrief(after),
    ...judged(kinds),
    kinds: [...kinds],
  };
}

function judged(kinds: readonly KindComparison[]): Pick<Comparison, 'verdict' | 'sentence'> {
  const { before, differing: count, kinds: number } = judgedTotals(kinds);
  const different = namesOf(kinds, 'missed');
  if (different !== '') {
    const sentence = `${count} difference${count === 1 ? '' : 's'}, in ${different}.`;
    return { verdict: 'missed', sentence };
  }
  const unproven = namesOf(kinds, 'inconclusive');
  if (unproven !== '') {
    return {
      verdict: 'inconclusive',
      sentence: `No difference is seen, and not all is proved: ${unproven}.`,
    };
  }
  if (before === 0) {
    return {
      verdict: 'inconclusive',
      sentence: 'Neither holds any configuration: there was nothing to compare.',
    };
  }
  return { verdict: 'met', sentence: `Nothing differs: ${before} entities of ${number} kinds.` };
}

/** The kinds of one verdict. */
function namesOf(kinds: readonly KindComparison[], verdict: Verdict): string {
  return judgedKinds(kinds)
    .filter((kind) => verdictOfKind(kind) === verdict)
    .map(({ kind }) => kind)
    .join(', ');
}

function inBrief({ name, snapshot }: NamedSnapshot): Comparison['before'] {
  const { source, takenAtS, entities, unread } = snapshot;
  return {
    name,
    source,
    takenAtUtc: new Date(takenAtS * 1_000).toISOString(),
    entities: entities.length,
    unread: [...unread],
  };
}
