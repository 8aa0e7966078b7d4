/** What a restore of the database can be asked for, and how far WAL can be replayed. */
import type { Failure } from '../../model/drill-failure.js';
import type { Artifact, Stage } from '../../model/drill-recovery.js';
import { replayTargetOf } from '../../model/replay-target.js';
import { durationMs } from '../../model/units.js';
import { runs, survivors } from '../../plan/survivors.js';
import { mismatch } from '../problem.js';
import type { Path, Problem } from '../problem.js';
import { alternatives, nearest, quoted } from '../words.js';
import { placedStages, valueProblem } from './check.js';
import type { Check } from './check.js';

type Restore = Extract<Stage, { stage: 'database-restore' }>;

export const restoreWords: Check = {
  reads: [['artifacts'], ['recovery'], ['failure']],
  find: ({ drill }) =>
    placedStages(drill).flatMap(({ stage, at }) =>
      stage.stage === 'database-restore'
        ? [
            ...restoreProblems(stage, drill.artifacts?.[stage.from], at),
            ...targetProblems(stage, drill.failure, at),
          ]
        : [],
    ),
};

/** Postgres archives in whole seconds, and only a base backup has a use for it. */
export const archiveTimes: Check = {
  reads: [['artifacts']],
  find: ({ drill }) =>
    Object.entries(drill.artifacts ?? {}).flatMap(([name, artifact]) => {
      if (artifact.kind !== 'database' || artifact.archiveTimeout === undefined) return [];
      const path = ['artifacts', name, 'archiveTimeout'];
      if (artifact.method !== 'physical')
        return [meaningless(path, 'an artifact that is no base backup', 'add `method: physical`')];
      const written = artifact.archiveTimeout;
      if (durationMs(written) % 1_000 === 0) return [];
      return [valueProblem(path, `expected whole seconds, got ${written}`)];
    }),
};

/** A restore point is made by a Postgres that runs. */
export const restorePoints: Check = {
  reads: [['failure'], ['topology', 'kong', 'nodes']],
  find: ({ drill }) =>
    drill.failure.flatMap((entry, index) => {
      if (entry.kind !== 'restore-point') return [];
      const path = ['failure', index, 'name'];
      if (entry.name === 'end')
        return [valueProblem(path, 'expected another name: `end` is the end of the WAL')];
      const left = survivors(drill.failure.slice(0, index), drill.topology?.kong?.nodes ?? 1);
      if (runs(left.postgres)) return [];
      return [
        valueProblem(path, 'a restore point is made by Postgres, which runs no more by then', 'put it first'),
      ];
    }),
};

function restoreProblems(stage: Restore, artifact: Artifact | undefined, at: Path): readonly Problem[] {
  if (artifact?.kind !== 'database') return [];
  const isPhysical = artifact.method === 'physical';
  const meaningless = isPhysical
    ? (['into', 'jobs'] as const).filter((key) => stage[key] !== undefined)
    : (['replayTo'] as const).filter((key) => stage[key] !== undefined);
  if (isPhysical && stage.postgresVersion !== undefined)
    return [
      valueProblem(
        [...at, 'postgresVersion'],
        `a base backup starts only on the major version that it is of, got ${stage.postgresVersion}`,
        `leave it away, or make ${stage.from} logical`,
      ),
    ];
  const method = isPhysical ? 'physical' : 'logical';
  return meaningless.map((key) => ({
    path: [...at, key],
    at: 'key',
    message: `\`${key}\` means nothing for a ${method} backup`,
    hint: `leave it away, or make ${stage.from} ${isPhysical ? 'logical' : 'physical'}`,
  }));
}

/** Where WAL is to be replayed to a point, that point has to be made. */
function targetProblems({ replayTo }: Restore, failure: readonly Failure[], at: Path): readonly Problem[] {
  if (replayTo === undefined) return [];
  const path = [...at, 'replayTo'];
  const points = failure.flatMap((entry) => (entry.kind === 'restore-point' ? [entry.name] : []));
  const expected = `end, a time as in \`10s before the failure\`, or a restore point${points.length > 0 ? ` (${alternatives(points)})` : ''}`;
  const target = replayTargetOf(replayTo);
  if (target.kind !== 'restore-point' || points.includes(target.name)) return [];
  const suggestion = nearest(replayTo, ['end', ...points]);
  const hint = 'make one before what is to be undone, as in `- { kind: restore-point, name: before-deploy }`';
  const problem = valueProblem(path, mismatch(expected, quoted(replayTo)), hint);
  return [suggestion === undefined ? problem : { ...problem, suggestion }];
}

function meaningless(path: Path, where: string, hint: string): Problem {
  return { path, at: 'key', message: `\`${String(path.at(-1))}\` means nothing for ${where}`, hint };
}
