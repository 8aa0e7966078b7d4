/** Disaster × recovery path: what each drill of a project last said. */
import type { Drill } from './drill.js';
import { disasterOf, isHarmless } from './drill-failure.js';
import type { Stage } from './drill-recovery.js';
import type { EarlierRun } from './history.js';
import type { Verdict } from './verdict.js';

export const pathKinds = [
  'reattach',
  'database-restore',
  'deck-sync',
  'ci-replay',
  'layered',
  'own',
] as const;
/** `layered`: several of them in a row. `own`: nothing but a script of the user's. */
export type PathKind = (typeof pathKinds)[number];

export interface LastVerdict {
  readonly verdict: Verdict;
  readonly runId: string;
  readonly utc: string;
  readonly engine: string;
  readonly rehearsal: boolean;
  /** Whether the drill file has changed since. */
  readonly changed: boolean;
}

export interface MatrixPath {
  readonly recovery: string;
  readonly kind: PathKind;
  /** Absent where no run of it has ended. */
  readonly last?: LastVerdict;
}

export interface MatrixRow {
  readonly disaster: string;
  readonly drill: string;
  readonly paths: readonly MatrixPath[];
}

export interface DrillWithRuns {
  readonly drill: Drill;
  /** SHA-256 of its file as it stands. */
  readonly sha256: string;
  /** Oldest first. */
  readonly runs: readonly EarlierRun[];
}

/** One row for each drill, those of one disaster together, in the order in which the disasters come up. */
export function matrixOf(drills: readonly DrillWithRuns[]): readonly MatrixRow[] {
  const rows = drills.map(rowOf);
  const disasters = [...new Set(rows.map(({ disaster }) => disaster))];
  return disasters.flatMap((disaster) => rows.filter((row) => row.disaster === disaster));
}

function rowOf({ drill, sha256, runs }: DrillWithRuns): MatrixRow {
  return {
    disaster: disasterOf(drill.failure.filter((failure) => !isHarmless(failure))),
    drill: drill.name,
    paths: Object.entries(drill.recovery).map(([recovery, stages]) => {
      const last = lastOf(recovery, sha256, runs);
      return { recovery, kind: kindOf(stages), ...(last && { last }) };
    }),
  };
}

/** A run with `--only` says nothing of the other paths: their verdict is older. */
function lastOf(recovery: string, sha256: string, runs: readonly EarlierRun[]): LastVerdict | undefined {
  for (const { runId, utc, engine, rehearsal, drillSha256, paths } of runs.toReversed()) {
    const path = paths.find((one) => one.recovery === recovery);
    if (path)
      return { verdict: path.verdict, runId, utc, engine, rehearsal, changed: drillSha256 !== sha256 };
  }
  return undefined;
}

function kindOf(stages: readonly Stage[]): PathKind {
  const kinds = stages.map(({ stage }) => stage).filter((kind) => kind !== 'infrastructure');
  return kinds.length > 1 ? 'layered' : (kinds[0] ?? 'own');
}
