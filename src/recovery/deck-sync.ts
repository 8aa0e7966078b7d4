/** decK syncs a dump into Kong. Its exit code alone is no proof, so its summary is read too. */
import { deckSummary, deckSync as sync } from '../engine/deck.js';
import type { DeckSummary } from '../engine/deck.js';
import { artifactOf, outcomeOf } from './recovery.js';
import type { Act, Outcome } from './recovery.js';

export const deckSync: Act<'deck-sync'> = async (action, context) => {
  const { lab, limitMs, signal } = context;
  const { path } = artifactOf(action.artifact, context);
  for (let attempt = 1; ; attempt += 1) {
    const result = await sync(lab, path, { limitMs, signal, selectTags: action.selectTags });
    const outcome = withSummary(outcomeOf(result), deckSummary(result.stdout));
    if (outcome.ok || attempt > action.retries)
      return attempt === 1 ? outcome : { ...outcome, attempts: attempt };
  }
};

function withSummary(outcome: Outcome, summary: DeckSummary | undefined): Outcome {
  if (!outcome.ok) return outcome;
  if (!summary)
    return {
      ...outcome,
      ok: false,
      detail: 'decK ended with 0 and printed no summary: nothing shows that it synced',
    };
  const { created, updated, deleted } = summary;
  return { ...outcome, detail: `created ${created}, updated ${updated}, deleted ${deleted}` };
}
