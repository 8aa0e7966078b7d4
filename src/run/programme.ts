/** The programme that a run belongs to: which drills its project has promised, and when each last ran to its end. */
import { join } from 'node:path';
import { collectDrills } from '../drillfile/collect.js';
import { findProject } from '../drillfile/project.js';
import { readIndex } from '../evidence/run-index.js';
import { disasterOf } from '../model/drill-failure.js';
import type { Programme } from '../model/history.js';

const usualDrills = 'drills';

/** `undefined` where the project promises nothing. @throws DrillError `usage` where `kong-drill.yaml` is mistaken. */
export async function programmeOf(
  drillFolder: string,
  reportsFolder: string,
): Promise<Programme | undefined> {
  const { folder, project } = findProject(drillFolder);
  if (!project.programme) return undefined;
  const { every, drills = usualDrills } = project.programme;
  const { entries } = await readIndex(reportsFolder);
  return {
    ...(every !== undefined && { every }),
    drills: collectDrills([join(folder, drills)]).drills.map(({ drill }) => {
      const last = entries.findLast((it) => it.event === 'ended' && it.drill === drill.name);
      return {
        drill: drill.name,
        disaster: disasterOf(drill.failure),
        ...(last?.event === 'ended' && { lastUtc: last.utc, lastVerdict: last.verdict }),
      };
    }),
  };
}
