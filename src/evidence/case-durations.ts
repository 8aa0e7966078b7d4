/** How long the cases of a drill took in earlier runs, from the beginning of their first phase to the end of their last. */
import type { CaseResult } from '../model/verdict.js';
import { newestResults } from './earlier-runs.js';
import type { Reports } from './earlier-runs.js';

/** Older ones say little of today. */
const runsLookedAt = 5;

/** Of each recovery path the mean of its cases in the newest run that has any, in milliseconds; paths that never ended are left out. */
export async function caseDurationsIn(reports: Reports, drill: string): Promise<ReadonlyMap<string, number>> {
  const results = await newestResults(reports, drill, runsLookedAt);
  // A newer run overwrites what an older one says.
  return new Map(results.flatMap(({ cases }) => meansOf(cases)));
}

function meansOf(cases: readonly CaseResult[]): [recovery: string, meanMs: number][] {
  return [...new Set(cases.map((it) => it.recovery))].flatMap((recovery) => {
    const times = cases.flatMap((it) => (it.recovery === recovery ? durationOf(it) : []));
    const sumMs = times.reduce((sum, tookMs) => sum + tookMs, 0);
    return times.length === 0 ? [] : [[recovery, sumMs / times.length]];
  });
}

function durationOf({ outcome, phases }: CaseResult): number[] {
  const [first] = phases;
  const endedMs = phases.at(-1)?.endedMs;
  return outcome === 'completed' && first && endedMs !== undefined ? [endedMs - first.startedMs] : [];
}
