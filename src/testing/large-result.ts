/** A result as large as any: what draws it has to stay quick, and what it draws light. */
import type { Difference } from '../model/journal.js';
import type { CaseResult, RunResult } from '../model/verdict.js';
import { judge } from '../verdict/judge.js';
import { buildJournal, kindComparison } from './journal-builder.js';

const pathCount = 20;
const repetitions = 10;
const differencesOfCase = 500;

/** One judged case, 200 times over, with 500 differences in each. */
export function largeResult(): RunResult {
  const differences = Array.from({ length: differencesOfCase }, (_, place): Difference => ({
    change: 'changed',
    kind: 'routes',
    entity: `checkout/v${place} (POST /orders/${place})`,
    id: `5d0c0d86-7a0f-4a62-8d3a-${String(place).padStart(12, '0')}`,
    fields: [{ field: 'paths', before: '["/partners"]', after: '["/partner"]' }],
  }));
  const kind = kindComparison('routes', { changed: differencesOfCase, differences });
  const result = judge(
    buildJournal({
      cases: [{ edit: (event) => (event.kind === 'comparison' ? [{ ...event, kinds: [kind] }] : [event]) }],
    }),
  );
  const [one] = result.cases;
  if (!one) throw new Error('the journal has no case');
  const names = Array.from({ length: pathCount }, (_, place) => `path-${place}`);
  const cases = names.flatMap((recovery) =>
    Array.from({ length: repetitions }, (_, place): CaseResult => ({
      ...one,
      recovery,
      repetition: place + 1,
      case: `${recovery}#${place + 1}`,
    })),
  );
  const paths = names.map((recovery) => ({
    recovery,
    verdict: one.verdict,
    required: true,
    repetitions,
    met: 0,
  }));
  return { ...result, cases, paths };
}
