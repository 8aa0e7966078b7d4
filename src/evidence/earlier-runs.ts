/** Runs that ended before, out of the index and the folders that it names: for trends, budgets and the programme. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EarlierRun } from '../model/history.js';
import type { CaseResult, RunResult } from '../model/verdict.js';
import { resultVersion } from '../model/verdict.js';
import { resultFileName } from '../report/files.js';
import { readIndex } from './run-index.js';

/** Enough for a trend; a regression budget looks at fewer. */
export const earlierRunsShown = 30;

/** The newest runs of a drill that ended, oldest first; those whose result is gone or unreadable are left out. */
export async function earlierRunsOf(reportsFolder: string, drill: string): Promise<EarlierRun[]> {
  const { entries } = await readIndex(reportsFolder);
  const ended = entries.filter((it) => it.event === 'ended' && it.drill === drill).slice(-earlierRunsShown);
  const results = await Promise.all(ended.map((it) => readResult(join(reportsFolder, it.folder))));
  return results.flatMap((result) => (result ? [earlierRunOf(result)] : []));
}

/** The result of a run as it was written; `undefined` where there is none of this version. */
export async function readResult(folder: string): Promise<RunResult | undefined> {
  try {
    const value = JSON.parse(await readFile(join(folder, resultFileName), 'utf8')) as RunResult;
    return (value.schemaVersion as number) === resultVersion ? value : undefined;
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
    paths: result.paths.map(({ recovery, verdict }) => ({
      recovery,
      verdict,
      rto: rtoOf(result.cases.find((it) => it.recovery === recovery && it.verdict === verdict)),
    })),
  };
}

function rtoOf(found: CaseResult | undefined): EarlierRun['paths'][number]['rto'] {
  const clocks = found?.clocks ?? [];
  return Object.fromEntries(clocks.flatMap(({ clock, rto }) => (rto ? [[clock, rto]] : [])));
}
