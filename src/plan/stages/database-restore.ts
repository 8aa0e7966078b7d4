/** database-restore: a logical backup into an empty or the existing database, or a server on the data folder of a physical one. */
import type { RecoveryStep } from '../../model/plan.js';
import { placeholders } from '../../model/plan.js';
import { replayTargetOf } from '../../model/replay-target.js';
import type { ReplayTarget } from '../../model/replay-target.js';
import { formatDuration } from '../../model/units.js';
import { kongMigrations, pgRestore } from '../commands.js';
import { leastTimesMs } from '../least-times.js';
import { postgresSteps } from './database-steps.js';
import { fetchSteps } from './fetch-step.js';
import { kongStep } from './kong-step.js';
import { runs } from '../survivors.js';
import type { StageContext, StageOf, StagePlanner } from './stage-planner.js';

type Restore = StageOf<'database-restore'>;

const defaultJobs = 2;

export const planDatabaseRestore: StagePlanner<'database-restore'> = (stage, context) => {
  const { found, topology } = context;
  return [
    ...fetchSteps(stage.from, context.artifacts.get(stage.from)),
    ...(isPhysical(stage, context) ? physical(stage, context) : logical(stage, context)),
    ...migrated(stage, context),
    ...kongStep({
      nodes: found.kong,
      choice: stage.kong,
      newDatabase: true,
      topology,
      kongVersion: stage.kongVersion,
    }),
  ];
};

function isPhysical(stage: Restore, { artifacts }: StageContext): boolean {
  const artifact = artifacts.get(stage.from);
  return artifact?.kind === 'database' && artifact.method === 'physical';
}

function logical(stage: Restore, { found, topology }: StageContext): readonly RecoveryStep[] {
  const clean = stage.into === 'existing';
  const jobs = stage.jobs ?? defaultJobs;
  const version = stage.postgresVersion ?? topology.postgres.version;
  return [
    ...postgresSteps(found, { address: stage.address, version, empty: !clean }),
    {
      step: 'restore',
      title: `restore ${stage.from}${clean ? ' over the existing database' : ''}`,
      commands: [pgRestore({ file: placeholders.artifact(stage.from), jobs, clean })],
      leastMs: leastTimesMs.pgRestore,
      action: { kind: 'pg-restore', artifact: stage.from, clean, jobs },
    },
  ];
}

function physical(stage: Restore, { found, topology }: StageContext): readonly RecoveryStep[] {
  const version = stage.postgresVersion ?? topology.postgres.version;
  const { address = 'new', from } = stage;
  const base = { kind: 'restore-data-folder', artifact: from, address, version } as const;
  const replayTo = stage.replayTo === undefined ? undefined : replayTargetOf(stage.replayTo);
  const stop = replayTo && runs(found.postgres) ? 'stop Postgres, which archives the last of its WAL; ' : '';
  const replay = replayTo ? `, replay the archived WAL ${inWords(replayTo)}` : '';
  return [
    {
      step: 'restore',
      title: `${stop}start a new Postgres ${version} on the data folder of ${from}${replay}`,
      commands: [],
      leastMs: leastTimesMs.postgresRestart,
      action: replayTo ? { ...base, replayTo } : base,
    },
  ];
}

function inWords(target: ReplayTarget): string {
  switch (target.kind) {
    case 'end':
      return 'to its end';
    case 'before-failure':
      return `to ${formatDuration(target.ms)} before the failure`;
    case 'restore-point':
      return `to the restore point ${target.name}`;
  }
}

function migrated({ kongVersion }: Restore, { topology }: StageContext): readonly RecoveryStep[] {
  if (kongVersion === undefined || kongVersion === topology.kong.version) return [];
  return [
    {
      step: 'migrate',
      title: `migrate the database from Kong ${topology.kong.version} to ${kongVersion}`,
      commands: [kongMigrations('up'), kongMigrations('finish')],
      leastMs: 0,
      action: { kind: 'migrate', how: 'up-and-finish', kongVersion },
    },
  ];
}
