/** The comparison of two snapshots as a result: what `kong-drill compare` prints and writes. Pure. */
import type { Comparison } from '../model/comparison.js';
import type { Snapshot } from '../model/entity.js';
import type { KindComparison } from '../model/journal.js';
import { differing } from '../model/kind-figures.js';

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
  const configuration = kinds.filter(({ role }) => role === 'configuration');
  const different = configuration.filter((kind) => differing(kind) > 0);
  const unproven = configuration.filter((kind) => kind.unproven > 0);
  if (different.length > 0) {
    const count = different.reduce((sum, kind) => sum + differing(kind), 0);
    const sentence = `${count} difference${count === 1 ? '' : 's'}, in ${namesOf(different)}.`;
    return { verdict: 'missed', sentence };
  }
  if (unproven.length > 0) {
    return {
      verdict: 'inconclusive',
      sentence: `No difference is seen, and not all is proved: ${namesOf(unproven)}.`,
    };
  }
  const entities = configuration.reduce((sum, kind) => sum + kind.before, 0);
  if (entities === 0) {
    return {
      verdict: 'inconclusive',
      sentence: 'Neither holds any configuration: there was nothing to compare.',
    };
  }
  return {
    verdict: 'met',
    sentence: `Nothing differs: ${entities} entities of ${configuration.length} kinds.`,
  };
}

function namesOf(kinds: readonly KindComparison[]): string {
  return kinds.map(({ kind }) => kind).join(', ');
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
