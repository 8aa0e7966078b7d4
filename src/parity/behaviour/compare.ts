/** Compares what the proxies answered before with what they answer now. Pure. */
import type { EventOf } from '../../model/journal.js';
import { groupBy } from '../group.js';
import { limited, unanswered } from './record.js';
import type { BehaviourRecord, RecordedAnswers } from './record.js';

export type BehaviourComparison = Pick<
  EventOf<'behaviour'>,
  'class' | 'asked' | 'same' | 'unproven' | 'differences'
>;

const differencesLimit = 100;

/**
 * One comparison for each class of requests. What could not be asked is unproven, unless what Kong stores tells. Where a login
 * is refused on its own already, the routes that it opens no more count with it, not as lost groups.
 */
export function compareBehaviour(before: BehaviourRecord, after: BehaviourRecord): BehaviourComparison[] {
  const now = new Map(after.answers.map((answers) => [nameOf(answers), answers]));
  const compared = new Map(
    before.answers.map((answers) => [nameOf(answers), compareAnswers(answers, now.get(nameOf(answers)))]),
  );
  const differs = (request: Named): boolean => compared.get(nameOf(request))?.outcome === 'different';
  const classOf = (answers: RecordedAnswers): string => {
    const { presumes } = answers;
    return presumes && differs(answers) && differs(presumes) ? presumes.class : answers.class;
  };
  return [...groupBy(before.answers, classOf)].map(([className, group]) => {
    const results = group.flatMap((answers) => compared.get(nameOf(answers)) ?? []);
    const count = (outcome: Outcome): number => results.filter((result) => result.outcome === outcome).length;
    return {
      class: className,
      asked: group.length,
      same: count('same'),
      unproven: count('unproven'),
      differences: results.flatMap(({ differences }) => differences).slice(0, differencesLimit),
    };
  });
}

type Outcome = 'same' | 'different' | 'unproven';

interface Compared {
  readonly outcome: Outcome;
  readonly differences: BehaviourComparison['differences'];
}

function compareAnswers(before: RecordedAnswers, after: RecordedAnswers | undefined): Compared {
  if (before.unproven !== undefined || after === undefined || after.unproven !== undefined) {
    const same = before.stored !== undefined && before.stored === after?.stored;
    return { outcome: same ? 'same' : 'unproven', differences: [] };
  }
  const any = [...new Set(Object.values(before.byNode).flat())].sort();
  const compared = Object.entries(after.byNode).map(([node, answers]) => {
    const reference = before.byNode[node] ?? any;
    return {
      node,
      reference: telling(reference).filter((answer) => !answer.startsWith(unanswered)),
      answers: telling(answers),
    };
  });
  const differing = compared.filter(
    ({ reference, answers }) => reference.length > 0 && answers.length > 0 && !isSame(reference, answers),
  );
  const untold =
    compared.length === 0 ||
    compared.some(({ reference, answers }) => reference.length === 0 || answers.length === 0);
  return {
    outcome: differing.length > 0 ? 'different' : untold ? 'unproven' : 'same',
    differences: differing.map(({ node, reference, answers }) => ({
      request: `${before.request} (${node})`,
      before: reference.join(' | '),
      after: answers.join(' | '),
    })),
  };
}

/** Without what tells nothing. */
function telling(answers: readonly string[]): readonly string[] {
  return answers.filter((answer) => answer !== limited);
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((answer, at) => answer === other[at]);
}

type Named = Pick<RecordedAnswers, 'class' | 'request'>;

function nameOf(request: Named): string {
  return `${request.class} ${request.request}`;
}
