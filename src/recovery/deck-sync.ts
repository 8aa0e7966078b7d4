/** decK syncs a dump into Kong. Its exit code alone is no proof: what it began, dropped and counted is read too. */
import { syncedTogether } from '../artifact/deck-files.js';
import { deckSync as sync } from '../engine/deck.js';
import { deckReport } from '../engine/deck-report.js';
import type { DeckReport } from '../engine/deck-report.js';
import { whenListing } from './kong.js';
import { artifactOf, done, outcomeOf } from './recovery.js';
import type { Act, Outcome, RecoveryContext } from './recovery.js';

/** decK itself tries nothing again: a sync that failed is run again whole, when Kong's Admin API answers. */
export const deckSync: Act<'deck-sync'> = async (action, context) => {
  const failed: Outcome[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await syncOnce(artifactOf(action.artifact, context).path, action.selectTags, context);
    if (outcome.ok || attempt > action.retries) return withAttempts(outcome, failed);
    failed.push(outcome);
  }
};

/** One sync of a file or folder, when Kong is ready for it: one for each workspace that it holds. */
export async function syncOnce(
  path: string,
  selectTags: readonly string[],
  context: RecoveryContext,
): Promise<Outcome> {
  const ready = await whenListing(context.admin, context);
  if (!ready.ok) return ready;
  const outcomes = new Map<string, Outcome>();
  for (const [workspace, paths] of await syncedTogether(path)) {
    const { lab, limitMs, signal } = context;
    const result = await sync(lab, paths, { limitMs, signal, selectTags });
    const outcome = withReport(outcomeOf(result), deckReport(result.stdout));
    outcomes.set(workspace, outcome);
    if (!outcome.ok) break;
  }
  return inOne(outcomes);
}

/** The outcome of several syncs: the last one's, which failed if any did, with what each of them did. */
function inOne(outcomes: ReadonlyMap<string, Outcome>): Outcome {
  const last = [...outcomes.values()].at(-1) ?? done;
  if (outcomes.size <= 1) return last;
  const told = (part: 'detail' | 'output', mark: string): string =>
    [...outcomes].map(([workspace, outcome]) => `${workspace}: ${outcome[part] ?? ''}`).join(mark);
  return { ...last, detail: told('detail', '; '), output: told('output', '\n') };
}

/** For each attempt that failed: why, and what decK printed. */
function withAttempts(outcome: Outcome, failed: readonly Outcome[]): Outcome {
  if (failed.length === 0) return outcome;
  const told = failed.flatMap(({ detail = 'failed', output = '' }, index) => [
    `attempt ${index + 1}: ${detail}`,
    output,
  ]);
  const output = [...told, outcome.output ?? ''].filter((text) => text !== '').join('\n');
  return { ...outcome, attempts: failed.length + 1, output };
}

function withReport(outcome: Outcome, report: DeckReport): Outcome {
  if (!outcome.ok) return outcome;
  const { summary, dropped, begun } = report;
  const failed = (detail: string): Outcome => ({ ...outcome, ok: false, detail });
  if (!summary) return failed('decK ended with 0 and printed no summary: nothing shows that it synced');
  if (dropped > 0) return failed(`decK ended with 0 and dropped ${dropped} changes`);
  const { created, updated, deleted } = summary;
  const done = `created ${created}, updated ${updated}, deleted ${deleted}`;
  if (begun.created > created || begun.updated > updated || begun.deleted > deleted) {
    const meant = `${begun.created}, ${begun.updated} and ${begun.deleted}`;
    return failed(`decK ended with 0 and ${done}, after it had begun ${meant}`);
  }
  return { ...outcome, detail: done };
}
