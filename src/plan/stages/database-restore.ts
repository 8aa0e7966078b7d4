/** database-restore: a logical backup into an empty or the existing database, or a server on the data folder of a physical one. */
import type { RecoveryStep } from '../../model/plan.js';
import { placeholders } from '../../model/plan.js';
import { kongMigrations, pgRestore } from '../commands.js';
import { leastTimesMs } from '../least-times.js';
import { postgresSteps } from './database-steps.js';
import { fetchSteps } from './fetch-step.js';
import { kongStep } from './kong-step.js';
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

function physical(stage: Restore, { topology }: StageContext): readonly RecoveryStep[] {
  const replayTo = stage.replayTo ?? 'end';
  const version = stage.postgresVersion ?? topology.postgres.version;
  const { address = 'new' } = stage;
  return [
    {
      step: 'restore',
      title: `start a new Postgres ${version} on the data folder of ${stage.from}, replay its WAL to ${replayTo === 'end' ? 'the end' : replayTo}`,
      commands: [],
      leastMs: leastTimesMs.postgresRestart,
      action: { kind: 'restore-data-folder', artifact: stage.from, address, version, replayTo },
    },
  ];
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
