/** How long the cases of a drill took in earlier runs, as a whole and phase by phase. */
import type { PastDuration } from '../model/history.js';
import type { CaseResult, RunResult } from '../model/verdict.js';
import { newestResults } from './earlier-runs.js';
import type { Reports } from './earlier-runs.js';

/** Older ones say little of today. */
const runsLookedAt = 5;

export type PastDurations = ReadonlyMap<string, PastDuration>;

/**
 * Of each recovery path the cases of the newest run that has any; paths that never ended are left out.
 * @param engine only runs on this one; on any where it is missing.
 */
export async function caseDurationsIn(
  reports: Reports,
  drill: string,
  engine?: string,
): Promise<PastDurations> {
  const results = await newestResults(reports, drill, runsLookedAt);
  const comparable = results.filter((it) => engine === undefined || it.engine === engine);
  // A newer run overwrites what an older one says.
  return new Map(comparable.flatMap(durationsOf));
}

function durationsOf({ cases, engine, startedUtc }: RunResult): [recovery: string, PastDuration][] {
  const ended = cases.filter(({ outcome, phases }) => outcome === 'completed' && phases.some(isLast));
  return [...new Set(ended.map(({ recovery }) => recovery))].map((recovery) => {
    const own = ended.filter((it) => it.recovery === recovery);
    const past = { meanMs: meanOf(own.map(wholeMs)), phasesMs: phasesOf(own), engine, utc: startedUtc };
    return [recovery, past];
  });
}

/** A case that a bad artifact ended early says nothing of the time that a whole one needs. */
const isLast = ({ phase }: CaseResult['phases'][number]): boolean => phase === 'compare';

function phasesOf(cases: readonly CaseResult[]): ReadonlyMap<string, number> {
  const spans = cases.flatMap(({ phases }) => phases);
  return new Map(
    [...new Set(spans.map(({ phase }) => phase))].map((phase) => [
      phase,
      meanOf(
        spans.filter((span) => span.phase === phase).map((span) => (span.endedMs ?? 0) - span.startedMs),
      ),
    ]),
  );
}

function wholeMs({ phases }: CaseResult): number {
  return (phases.at(-1)?.endedMs ?? 0) - (phases[0]?.startedMs ?? 0);
}

function meanOf(times: readonly number[]): number {
  return times.reduce((sum, ms) => sum + ms, 0) / times.length;
}
