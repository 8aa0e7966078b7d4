/** The runs of each drill in a reports folder: their trend, how old their evidence is, and which images it was made with. */
import { join } from 'node:path';
import type { EarlierRun } from '../model/history.js';
import type { Software } from '../model/journal.js';
import { earlierRunsIn, readReports, readResult } from './earlier-runs.js';

export interface DrillHistory {
  readonly drill: string;
  /** The newest ones that ended, oldest first. */
  readonly runs: readonly EarlierRun[];
  /** When the newest run with a real Kong began; a rehearsal is no evidence. */
  readonly lastRealUtc?: string;
  /** What that run was made with, as far as it came from images. */
  readonly images: readonly (Software & { readonly image: string; readonly digest: string })[];
}

export async function historyOf(reportsFolder: string): Promise<readonly DrillHistory[]> {
  const reports = await readReports(reportsFolder);
  const { entries } = reports;
  const drills = [...new Set(entries.map((it) => it.drill))].sort();
  return Promise.all(
    drills.map(async (drill): Promise<DrillHistory> => {
      const runs = await earlierRunsIn(reports, drill);
      const last = runs.findLast((it) => !it.rehearsal);
      const entry = entries.find((it) => it.event === 'ended' && it.runId === last?.runId);
      const result = entry && (await readResult(join(reportsFolder, entry.folder)));
      const images = (result?.software ?? []).flatMap((it) =>
        it.image !== undefined && it.digest !== undefined
          ? [{ ...it, image: it.image, digest: it.digest }]
          : [],
      );
      return { drill, runs, images, ...(last && { lastRealUtc: last.utc }) };
    }),
  );
}
