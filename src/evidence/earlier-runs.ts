/** Runs that ended before, out of the index and the folders that it names: for trends, budgets and the programme. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkedResult } from '../journal/check-result.js';
import type { EarlierRun, RecoveryPart } from '../model/history.js';
import type { CaseResult, Interval, RunResult } from '../model/verdict.js';
import { resultFileName } from '../report/files.js';
import { partsOf } from '../verdict/parts.js';
import { readIndex } from './run-index.js';
import type { RunIndex } from './run-index.js';

/** Enough for a trend. */
const runsOfTrend = 30;

/** A folder of reports, with what its index says. */
export interface Reports extends Pick<RunIndex, 'entries'> {
  readonly folder: string;
}

export async function readReports(folder: string): Promise<Reports> {
  const { entries } = await readIndex(folder);
  return { folder, entries };
}

/**
 * The newest runs of a drill that ended, oldest first; those whose result is gone or unreadable are left out. A shard is no run of
 * the drill; what is merged of all shards is.
 * @param budget how many a regression budget looks at: twice as many are given, as some may not be comparable.
 */
export async function earlierRunsIn(reports: Reports, drill: string, budget = 0): Promise<EarlierRun[]> {
  const results = await newestResults(reports, drill, Math.max(runsOfTrend, 2 * budget));
  return results.flatMap((result) => (result.shard ? [] : [earlierRunOf(result)]));
}

/** The results of the newest runs of a drill that ended, of at most so many, oldest first; what is gone or unreadable is left out. */
export async function newestResults(
  { folder, entries }: Reports,
  drill: string,
  most: number,
): Promise<RunResult[]> {
  const ended = entries.filter((it) => it.event === 'ended' && it.drill === drill).slice(-most);
  const results = await Promise.all(ended.map((it) => readResult(join(folder, it.folder))));
  return results.flatMap((result) => result ?? []);
}

/** The result of a run as it was written; `undefined` where there is none of this version. */
export async function readResult(folder: string): Promise<RunResult | undefined> {
  try {
    return await checkedResult(JSON.parse(await readFile(join(folder, resultFileName), 'utf8')));
  } catch {
    return undefined;
  }
}

/** What later runs need to know of a run. */
export function earlierRunOf(result: RunResult): EarlierRun {
  return {
    runId: result.runId,
    utc: result.startedUtc,
    verdict: result.verdict,
    rehearsal: result.rehearsal,
    engine: result.engine,
    drillSha256: result.drill.sha256,
    paths: result.paths.map(({ recovery, verdict }) => {
      const cases = result.cases.filter((it) => it.recovery === recovery);
      return { recovery, verdict, rto: slowestOf(cases), parts: slowestParts(cases) };
    }),
  };
}

/** Of each clock the repetition that it took longest to stop in; one that it did not stop in is the longest. */
function slowestOf(cases: readonly CaseResult[]): EarlierRun['paths'][number]['rto'] {
  const clocks = cases.flatMap((it) => it.clocks).flatMap(({ clock, rto }) => (rto ? [{ clock, rto }] : []));
  const slowestLast = clocks.toSorted((a, b) => endOf(a.rto) - endOf(b.rto));
  return Object.fromEntries(slowestLast.map(({ clock, rto }) => [clock, rto]));
}

function slowestParts(cases: readonly CaseResult[]): RecoveryPart[] {
  const tookMs = (parts: readonly RecoveryPart[]) => parts.reduce((sum, part) => sum + part.tookMs, 0);
  return cases.map(partsOf).reduce((a, b) => (tookMs(b) > tookMs(a) ? b : a), []);
}

function endOf({ upperMs }: Interval): number {
  return upperMs ?? Infinity;
}
