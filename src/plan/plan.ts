/** Drill → Plan: every default filled in, every step spelled out. Pure. */
import type { Drill } from '../model/drill.js';
import type { Stage } from '../model/drill-recovery.js';
import type { Plan, PlannedCase, PlannedStage, PlannedStep, Topology } from '../model/plan.js';
import { durationMs } from '../model/units.js';
import { ownCommands } from './own-commands.js';
import { defaultObserveMs, probing } from './probes.js';
import { probedOf } from './probed.js';
import type { RecordedRuns } from './recorded-runs.js';
import { planStage } from './stages/index.js';
import type { StageContext } from './stages/stage-planner.js';
import { stepsAfter, stepsBefore } from './surroundings.js';
import { recovered, survivors } from './survivors.js';
import type { Survivors } from './survivors.js';
import { topologyOf } from './topology.js';

export interface PlanOptions {
  /** The folder of the drill file. */
  readonly folder: string;
  /** Recorded pipeline runs, oldest first, by their folder as the drill names it; without them their commands are not shown. */
  readonly runs?: RecordedRuns;
}

/** What is the same for every stage of every path. */
type PlannedLab = Omit<StageContext, 'found' | 'earlier'>;

const defaultChangesFor = '10s';
const defaultArchiveTimeout = '60s';
const defaultStepLimit = '10m';
const defaultChangesPerSecond = 10;

/** What a valid drill does. Repetitions are in the outer order, so that the paths of a race share the machine's mood. */
export function planDrill(drill: Drill, { folder, runs = new Map() }: PlanOptions): Plan {
  const topology = topologyOf(drill);
  const artifacts = new Map(Object.entries(drill.artifacts ?? {}));
  const cases = planCases(drill, { topology, artifacts, runs });
  const outline = {
    drill,
    folder,
    topology,
    state: drill.state,
    artifacts,
    ...changesOf(drill),
    failures: drill.failure,
    impact: impactOf(drill),
    objectives: objectivesOf(drill),
    require: drill.require ?? 'all',
    repeat: drill.repeat ?? 1,
    ...watchingOf(drill, topology),
    cases,
  };
  const before = stepsBefore(outline, runs);
  const after = stepsAfter(outline);
  const leastMs = cases.reduce((sum, one) => sum + leastOfWholeCase({ before, after }, one), 0);
  return { ...outline, before, after, ownCommands: ownCommands(drill, runs), leastMs };
}

/** The least time of a case with all that is done before the disaster and after the recovery, in milliseconds. */
export function leastOfWholeCase(
  { before, after }: Pick<Plan, 'before' | 'after'>,
  planned: PlannedCase,
): number {
  return leastOf(before) + leastOfCase(planned) + leastOf(after);
}

/** The least time of a recovery, in milliseconds. */
export function leastOfCase(planned: PlannedCase): number {
  return planned.stages.reduce((sum, stage) => sum + leastOf(stage.steps), 0);
}

/** The stages of one recovery path, each given what the one before it leaves. */
function planPath(stages: readonly Stage[], found: Survivors, lab: PlannedLab): readonly PlannedStage[] {
  let left = found;
  let { topology } = lab;
  return stages.map((stage, index) => {
    const earlier = stages.slice(0, index).flatMap((one) => ('from' in one ? [one.from] : []));
    const steps = planStage(stage, { ...lab, topology, found: left, earlier });
    // A script of the user's own does what it does; the servers of the lab are brought back by the other stages.
    if (stage.stage !== 'infrastructure') left = recovered(topology.kong.nodes);
    topology = topologyAfter(stage, topology);
    return { stage, steps };
  });
}

/** What a later stage finds: a newer Kong or Postgres stays. */
function topologyAfter(stage: Stage, topology: Topology): Topology {
  if (stage.stage !== 'database-restore') return topology;
  const { kongVersion = topology.kong.version, postgresVersion = topology.postgres.version } = stage;
  return {
    ...topology,
    kong: { ...topology.kong, version: kongVersion },
    postgres: { ...topology.postgres, version: postgresVersion },
  };
}

function planCases(drill: Drill, lab: PlannedLab): readonly PlannedCase[] {
  const found = survivors(drill.failure, lab.topology.kong.nodes);
  const paths = Object.entries(drill.recovery).map(([recovery, stages]) => {
    const planned = planPath(stages, found, lab);
    return {
      recovery,
      stages: planned,
      ...walArchiveOf(stages, lab),
      ...probedOf(planned, lab.artifacts),
    };
  });
  const repetitions = Array.from({ length: drill.repeat ?? 1 }, (_, index) => index + 1);
  return repetitions.flatMap((repetition) =>
    paths.map(({ recovery, ...path }) => ({
      id: `${recovery}#${repetition}`,
      recovery,
      repetition,
      ...path,
    })),
  );
}

/** Where several base backups are replayed, the shortest time holds. */
function walArchiveOf(stages: readonly Stage[], { artifacts }: PlannedLab): Pick<PlannedCase, 'walArchive'> {
  const timeoutsMs = stages.flatMap((stage) => {
    if (stage.stage !== 'database-restore' || stage.replayTo === undefined) return [];
    const artifact = artifacts.get(stage.from);
    const written = artifact?.kind === 'database' ? artifact.archiveTimeout : undefined;
    return durationMs(written ?? defaultArchiveTimeout);
  });
  return timeoutsMs.length === 0 ? {} : { walArchive: { timeoutSeconds: Math.min(...timeoutsMs) / 1_000 } };
}

function leastOf(steps: readonly PlannedStep[]): number {
  return steps.reduce((sum, step) => sum + step.leastMs, 0);
}

function changesOf({ changes }: Drill): Pick<Plan, 'changes'> {
  if (changes === undefined) return {};
  const { via, pipeline, perSecond = defaultChangesPerSecond } = changes;
  return {
    changes: {
      ways: typeof via === 'string' ? [via] : via,
      ...(pipeline === undefined ? {} : { pipeline }),
      perSecond,
      forMs: durationMs(changes.for ?? defaultChangesFor),
    },
  };
}

function impactOf({ impact = {} }: Drill): Plan['impact'] {
  const { traffic = 'undeclared', uncached = 'undeclared', config = 'undeclared' } = impact;
  return { traffic, uncached, config };
}

function objectivesOf({ objectives = {} }: Drill): Plan['objectives'] {
  const { rto = {}, rpo, parity, behaviour = 'required' } = objectives;
  return {
    rtoMs: {
      ...(rto.traffic === undefined ? {} : { traffic: durationMs(rto.traffic) }),
      ...(rto.config === undefined ? {} : { config: durationMs(rto.config) }),
      ...(rto.parity === undefined ? {} : { parity: durationMs(rto.parity) }),
    },
    ...(rpo === undefined ? {} : { rpoMs: durationMs(rpo) }),
    parity: parity?.level ?? 'equivalent',
    behaviour,
  };
}

function watchingOf(drill: Drill, topology: Topology): Pick<Plan, 'limits' | 'probes'> {
  const targetsMs = Object.values(objectivesOf(drill).rtoMs);
  const { step = defaultStepLimit, observe } = drill.limits ?? {};
  return {
    limits: {
      stepMs: durationMs(step),
      observeMs: observe === undefined ? defaultObserveMs(targetsMs) : durationMs(observe),
    },
    probes: probing({ targetsMs, workers: topology.kong.workers }),
  };
}
