/**
 * Where decK's opinion of the recovered Kong is another than that of the comparison. Nothing is judged by it: a disagreement that
 * is not explained is a finding, for one of the two is wrong.
 */
import type { KindComparison, Opinion } from '../model/journal.js';
import { differing, judgedKinds, kindFigures } from '../model/kind-figures.js';
import type { CaseResult } from '../model/verdict.js';
import type { CaseFacts } from './facts.js';
import { finalComparison } from './parity.js';

type Note = CaseResult['notes'][number];

/** What decK does not compare: it knows entities by their names, and passwords not at all. */
const unseenFields = new Set(['id', 'created_at', 'updated_at', 'expires_at', 'ws_id', 'cache_key']);
const unseenPasswords: Readonly<Record<string, string>> = { 'basic-auth': 'password' };

/** What decK says: in one sentence where it agrees, and in a note for each kind in which it does not. */
export interface SecondOpinion {
  readonly agreement?: string;
  readonly notes: readonly Note[];
}

export function secondOpinionOf(facts: CaseFacts): SecondOpinion {
  const { secondOpinion } = facts;
  const comparison = finalComparison(facts);
  if (!secondOpinion || !comparison) return { notes: [] };
  if (secondOpinion.error !== undefined)
    return { notes: [{ level: 'warning', text: `decK gave no second opinion: ${secondOpinion.error}` }] };
  const opinions = new Map(secondOpinion.kinds.map((opinion) => [opinion.kind, opinion]));
  const judged = judgedKinds(comparison.kinds);
  const unheard = [...opinions.values()].filter(
    (opinion) => changesIn(opinion) > 0 && !judged.some(({ kind }) => kind === opinion.kind),
  );
  const all = [...judged.map((kind) => viewOf(kind, opinions.get(kind.kind))), ...unheard.map(onlyDeck)];
  const findings = all.filter(({ agrees }) => !agrees);
  if (findings.length > 0) return { notes: findings.map(({ text }): Note => ({ level: 'finding', text })) };
  const explained = all.filter(({ text }) => text !== '').map(({ text }) => text);
  return { agreement: ['`deck diff` agrees with the comparison', ...explained].join('; '), notes: [] };
}

interface View {
  readonly agrees: boolean;
  /** Empty where there is nothing to say. */
  readonly text: string;
}

function viewOf(ours: KindComparison, theirs: Opinion | undefined): View {
  const changes = theirs ? changesIn(theirs) : 0;
  const differences = differing(ours);
  if (theirs && changes > 0 && differences === 0) {
    if (changes <= theirs.usual)
      return {
        agrees: true,
        text: `${ours.kind}: it finds ${changes} changed, as it did of a Kong that nobody had touched`,
      };
    return onlyDeck(theirs);
  }
  if (changes > 0 || differences === 0) return { agrees: true, text: '' };
  const reason = whyUnseen(ours, theirs);
  if (reason !== undefined) return { agrees: true, text: `${ours.kind}: ${reason}` };
  return {
    agrees: false,
    text: `decK sees no difference in ${ours.kind}, and the comparison does: ${kindFigures(ours)}`,
  };
}

function onlyDeck({ kind, first, created, updated, deleted }: Opinion): View {
  const would = `create ${created}, update ${updated} and delete ${deleted}`;
  return {
    agrees: false,
    text: `decK would ${would} in ${kind}, where the comparison sees no difference: ${first.join(', ')}`,
  };
}

function whyUnseen(ours: KindComparison, theirs: Opinion | undefined): string | undefined {
  if (ours.before > 0 && (theirs?.held ?? 0) === 0) return 'this decK does not read them';
  if (ours.changed !== differing(ours) || !ours.changedSets) return undefined;
  const password = unseenPasswords[ours.kind];
  const isUnseen = (field: string) => unseenFields.has(field) || field === password;
  return ours.changedSets.every(({ fields }) => fields.every(isUnseen))
    ? 'what differs are fields that decK does not compare'
    : undefined;
}

function changesIn({ created, updated, deleted }: Opinion): number {
  return created + updated + deleted;
}
