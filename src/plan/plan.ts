/** Drill → Plan: every default filled in, every step spelled out. Pure. */
import type { Drill } from '../model/drill.js';
import type { Artifact, Stage } from '../model/drill-recovery.js';
import type { Plan, PlannedCase, PlannedStage, PlannedStep, Topology } from '../model/plan.js';
import { durationMs } from '../model/units.js';
import { defaultObserveMs, probing } from './probes.js';
import { planStage } from './stages/index.js';
import { stepsAfter, stepsBefore } from './surroundings.js';
import { recovered, survivors } from './survivors.js';
import type { Survivors } from './survivors.js';
import { topologyOf } from './topology.js';

export interface PlanOptions {
  /** The folder of the drill file. */
  readonly folder: string;
  /** How database backups are taken whose method the drill leaves open; `physical` where there is no pg_dump. */
  readonly backupMethod?: 'logical' | 'physical';
}

const defaultChangesFor = '10s';
const defaultStepLimit = '10m';
const defaultChangesPerSecond = 10;

/** What a valid drill does. Repetitions are in the outer order, so that the paths of a race share the machine's mood. */
export function planDrill(drill: Drill, { folder, backupMethod = 'logical' }: PlanOptions): Plan {
  const topology = topologyOf(drill);
  const artifacts = artifactsOf(drill, backupMethod);
  const cases = planCases(drill, topology, artifacts);
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
  const before = stepsBefore(outline);
  const after = stepsAfter(outline);
  const aroundMs = leastOf(before) + leastOf(after);
  const leastMs = cases.reduce((sum, one) => sum + aroundMs + leastOfCase(one), 0);
  return { ...outline, before, after, leastMs };
}

/** The least time of a recovery, in milliseconds. */
export function leastOfCase(planned: PlannedCase): number {
  return planned.stages.reduce((sum, stage) => sum + leastOf(stage.steps), 0);
}

/** The stages of one recovery path, each given what the one before it leaves. */
export function planPath(
  stages: readonly Stage[],
  found: Survivors,
  topology: Topology,
  artifacts: ReadonlyMap<string, Artifact>,
): readonly PlannedStage[] {
  const afterFirst = recovered(topology.kong.nodes);
  return stages.map((stage, index) => ({
    stage,
    steps: planStage(stage, { found: index === 0 ? found : afterFirst, topology, artifacts }),
  }));
}

function planCases(
  drill: Drill,
  topology: Topology,
  artifacts: ReadonlyMap<string, Artifact>,
): readonly PlannedCase[] {
  const found = survivors(drill.failure, topology.kong.nodes);
  const paths = Object.entries(drill.recovery).map(([recovery, stages]) => ({
    recovery,
    stages: planPath(stages, found, topology, artifacts),
  }));
  const repetitions = Array.from({ length: drill.repeat ?? 1 }, (_, index) => index + 1);
  return repetitions.flatMap((repetition) =>
    paths.map(({ recovery, stages }) => ({
      id: `${recovery}#${repetition}`,
      recovery,
      repetition,
      stages,
    })),
  );
}

function artifactsOf({ artifacts = {} }: Drill, method: 'logical' | 'physical'): Map<string, Artifact> {
  const complete = (artifact: Artifact): Artifact =>
    artifact.kind === 'database' && artifact.path === undefined ? { method, ...artifact } : artifact;
  return new Map(Object.entries(artifacts).map(([name, artifact]) => [name, complete(artifact)]));
}

function leastOf(steps: readonly PlannedStep[]): number {
  return steps.reduce((sum, step) => sum + step.leastMs, 0);
}

function changesOf({ changes }: Drill): Pick<Plan, 'changes'> {
  if (changes === undefined) return {};
  const { via, perSecond = defaultChangesPerSecond } = changes;
  return { changes: { via, perSecond, forMs: durationMs(changes.for ?? defaultChangesFor) } };
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
