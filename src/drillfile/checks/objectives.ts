/** Objectives that no measurement could hold a recovery to. */
import { isHarmless } from '../../model/drill-failure.js';
import type { Clock, Drill } from '../../model/drill.js';
import { isTaken } from '../../model/drill-recovery.js';
import type { PlannedCase } from '../../model/plan.js';
import { durationMs, formatDuration } from '../../model/units.js';
import { pausesMs } from '../../plan/failures.js';
import { quickestPart } from '../../plan/least-times.js';
import { planDrill } from '../../plan/plan.js';
import { configSpacingMs, smallestSpacingMs, spacingsPerTarget } from '../../plan/probes.js';
import { runs, survivors } from '../../plan/survivors.js';
import type { Survivors } from '../../plan/survivors.js';
import type { Path, Problem } from '../problem.js';
import { valueProblem } from './check.js';
import type { Check } from './check.js';

/** A target has to be longer than what the probes can tell apart. */
export const resolvableTargets: Check = {
  reads: [],
  find: ({ drill }) => {
    const rto = drill.objectives?.rto ?? {};
    return (['traffic', 'config', 'parity'] as const).flatMap((clock) => {
      const written = rto[clock];
      if (written === undefined) return [];
      const { floorMs, because } = floors[clock];
      const targetMs = durationMs(written);
      if (targetMs === 0 || targetMs >= floorMs) return [];
      return [
        valueProblem(
          ['objectives', 'rto', clock],
          `expected at least ${formatDuration(floorMs)}, got ${written}: ${because}`,
          `raise the target to ${formatDuration(floorMs)} or more`,
        ),
      ];
    });
  },
};

/** A target has to be longer than what the steps of a path take on any machine. */
export const reachableTargets: Check = {
  reads: [['artifacts'], ['failure'], ['recovery'], ['topology'], ['limits'], ['changes'], ['objectives']],
  find: ({ drill }) => {
    const plan = planDrill(drill, { folder: '' });
    const left = survivors(drill.failure, plan.topology.kong.nodes);
    const paths = plan.cases.filter(({ repetition }) => repetition === 1);
    // The clocks start with the first failure; nothing is recovered before the last.
    const first = drill.failure.findIndex((failure) => !isHarmless(failure));
    const waitMs = pausesMs(drill.failure.slice(first));
    return Object.entries(plan.objectives.rtoMs).flatMap(([clock, targetMs]) =>
      needsAllSteps(clock as Clock, left)
        ? paths.flatMap((path) => unreachable(['objectives', 'rto', clock], targetMs, { path, waitMs }))
        : [],
    );
  },
};

/** The clocks have to be watched for as long as a recovery has to be seen to last. */
export const observableWindow: Check = {
  reads: [['topology'], ['limits'], ['objectives'], ['failure'], ['recovery'], ['artifacts'], ['changes']],
  find: ({ drill }) => {
    if (drill.limits?.observe === undefined) return [];
    const { limits, probes } = planDrill(drill, { folder: '' });
    if (limits.observeMs === 0 || limits.observeMs >= probes.windowMs) return [];
    return [
      valueProblem(
        ['limits', 'observe'],
        `expected at least ${formatDuration(probes.windowMs)}, got ${drill.limits.observe}: ` +
          'a recovery counts when that long passes without a failure',
        'raise `limits.observe`, or leave it away',
      ),
    ];
  },
};

/** An RPO that the changes of the drill cannot exceed is met by anything, unless the age of the backup is known. */
export const datedArtifacts: Check = {
  reads: [['objectives', 'rpo'], ['changes'], ['artifacts'], ['recovery']],
  find: ({ drill }) => {
    const rpo = drill.objectives?.rpo;
    if (rpo === undefined) return [];
    const changesMs = drill.changes === undefined ? 0 : durationMs(drill.changes.for ?? '10s');
    if (durationMs(rpo) < changesMs) return [];
    return undatedArtifacts(drill).map((name) =>
      valueProblem(
        ['artifacts', name],
        `the key "every" is missing: changes go on for ${formatDuration(changesMs)}, so without the schedule of ` +
          `${name} an RPO of ${rpo} would be met whatever happens`,
        'say how often it is taken in real life, as in `every: 24h`',
      ),
    );
  },
};

/** A budget is held against the clocks that have a target. */
export const timedRegression: Check = {
  reads: [['objectives']],
  find: ({ drill }) => {
    const { regression, rto = {} } = drill.objectives ?? {};
    if (regression === undefined || Object.keys(rto).length > 0) return [];
    return [
      valueProblem(
        ['objectives', 'regression'],
        'expected at least one target under `rto:`, got none: only clocks that have one are held against earlier runs',
        'add a target, as in `rto: { traffic: 60s }`',
      ),
    ];
  },
};

const probeFloorMs = smallestSpacingMs * spacingsPerTarget;
const probeArithmetic =
  `probes are ${smallestSpacingMs} ms apart at the closest (100 a second to a node), ` +
  `and a target is resolved to one part in ${spacingsPerTarget}`;

const floors: Readonly<Record<Clock, { readonly floorMs: number; readonly because: string }>> = {
  traffic: { floorMs: probeFloorMs, because: probeArithmetic },
  config: {
    floorMs: 2 * configSpacingMs,
    because: `a credential is made every ${formatDuration(configSpacingMs)}, so the edge is that wide`,
  },
  parity: { floorMs: probeFloorMs, because: probeArithmetic },
};

/** Whether a clock can only stop once all steps are through: what it watches is not there until then. */
function needsAllSteps(clock: Clock, left: Survivors): boolean {
  const noKong = left.kong.every((fate) => !runs(fate));
  if (clock === 'traffic') return noKong;
  return noKong || !runs(left.postgres) || left.database === 'gone';
}

interface Needed {
  readonly path: PlannedCase;
  /** Pauses between the first failure and the recovery. */
  readonly waitMs: number;
}

function unreachable(at: Path, targetMs: number, { path, waitMs }: Needed): readonly Problem[] {
  const timed = path.stages.flatMap(({ steps }) => steps).filter(({ leastMs }) => leastMs > 0);
  const leastMs = waitMs + quickestPart * timed.reduce((sum, step) => sum + step.leastMs, 0);
  if (targetMs === 0 || targetMs >= leastMs) return [];
  const least = formatDuration(leastMs);
  const terms = [
    ...(waitMs > 0 ? [`pauses ${formatDuration(waitMs)}`] : []),
    ...timed.map(({ step, leastMs: ms }) => `${step} ${formatDuration(quickestPart * ms)}`),
  ];
  return [
    valueProblem(
      at,
      `${path.recovery} cannot be done in ${formatDuration(targetMs)}: ${terms.join(' + ')} = ${least}, ` +
        'with each step at half of the least that a real Kong was seen to take',
      `raise the target above ${least}`,
    ),
  ];
}

/** Artifacts that recoveries use, of a kind that needs a date, without one. A dump by pg_dump holds its own. */
function undatedArtifacts({ artifacts = {}, recovery }: Drill): readonly string[] {
  // Where WAL is replayed, Postgres says how far.
  const used = new Set(
    Object.values(recovery).flatMap((stages) =>
      stages.flatMap((stage) => ('from' in stage && !('replayTo' in stage) ? [stage.from] : [])),
    ),
  );
  return Object.entries(artifacts)
    .filter(([name, artifact]) => {
      if (!used.has(name) || artifact.kind === 'pipeline' || artifact.every !== undefined) return false;
      if ('createdAt' in artifact) return false;
      return artifact.git === undefined && (artifact.kind === 'deck' || isTaken(artifact));
    })
    .map(([name]) => name);
}
