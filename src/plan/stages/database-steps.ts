/** The steps that give a stage a database to work on. */
import type { RecoveryStep } from '../../model/plan.js';
import { kongMigrations } from '../commands.js';
import { leastTimesMs } from '../least-times.js';
import { runs } from '../survivors.js';
import type { Survivors } from '../survivors.js';

export interface PostgresWanted {
  readonly address: 'same' | 'new' | undefined;
  readonly version: string;
  /** Whether the database has to be empty, whatever was in it. */
  readonly empty: boolean;
}

/** The `infrastructure` step: the Postgres that was lost is made anew, what survived is started or emptied; or none. */
export function postgresSteps(found: Survivors, wanted: PostgresWanted): readonly RecoveryStep[] {
  // A new server is on the network anyway.
  if (found.postgres === 'lost' || found.postgres === 'broken') return [provisioned(wanted)];
  const isEmpty = isEmptyDatabase(found, wanted.empty);
  if (found.postgres === 'full' && isEmpty) return [provisioned(wanted)];
  const mended = found.link === 'cut' ? [mendedNetwork] : [];
  if (found.postgres === 'full') return [...mended, roomMade];
  if (isEmpty) return [...mended, recreated(found)];
  return runs(found.postgres) ? mended : [...mended, restarted(found)];
}

/** Whether `postgresSteps` ends with a database that has no tables. */
export function isEmptyDatabase(found: Survivors, wantsEmpty: boolean): boolean {
  return wantsEmpty || found.postgres === 'broken' || found.database === 'gone';
}

/** The `migrate` step on a database without tables. */
export function bootstrapStep(kongVersion: string): RecoveryStep {
  return {
    step: 'migrate',
    title: 'create the tables of Kong',
    commands: [kongMigrations('bootstrap')],
    leastMs: leastTimesMs.migrationsBootstrap,
    action: { kind: 'migrate', how: 'bootstrap', kongVersion },
  };
}

const mendedNetwork: RecoveryStep = {
  step: 'infrastructure',
  title: 'mend the network between Kong and Postgres',
  commands: [],
  leastMs: 0,
  action: { kind: 'mend-network' },
};

const roomMade: RecoveryStep = {
  step: 'infrastructure',
  title: 'make room on the disk of Postgres, and start it again on its data',
  commands: [],
  leastMs: leastTimesMs.postgresRestart,
  action: { kind: 'make-room' },
};

function provisioned({ address = 'new', version }: PostgresWanted): RecoveryStep {
  return {
    step: 'infrastructure',
    title: `create an empty Postgres ${version} under the old name, on ${address === 'same' ? 'the same' : 'a new'} address`,
    commands: [],
    leastMs: leastTimesMs.postgresFirstStart,
    action: { kind: 'provision-postgres', address, version },
  };
}

function recreated(found: Survivors): RecoveryStep {
  const start = runs(found.postgres) ? '' : 'start the Postgres that survived, ';
  const drop = found.database === 'gone' ? '' : 'drop the database of Kong, ';
  return {
    step: 'infrastructure',
    title: `${start}${drop}create an empty database`,
    commands: [],
    leastMs: runs(found.postgres) ? 0 : leastTimesMs.postgresRestart,
    action: { kind: 'recreate-database' },
  };
}

function restarted(found: Survivors): RecoveryStep {
  return {
    step: 'infrastructure',
    title: `${found.postgres === 'frozen' ? 'kill the frozen Postgres and start it' : 'start Postgres'} again on its data`,
    commands: [],
    leastMs: leastTimesMs.postgresRestart,
    action: { kind: 'restart-postgres' },
  };
}
