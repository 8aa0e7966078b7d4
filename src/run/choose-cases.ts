/** Which cases of a plan are run: what `--only` leaves out, and what this machine cannot do, is named and not tried. */
import type { Readiness, ToolName } from '../engine/engine.js';
import { DrillError } from '../model/drill-error.js';
import { isTaken } from '../model/drill-recovery.js';
import type { Shard } from '../model/journal.js';
import type { Plan, PlannedCase } from '../model/plan.js';

export interface Chosen {
  readonly cases: readonly PlannedCase[];
  readonly skipped: readonly { readonly recovery: string; readonly reason: string }[];
}

export interface Choice {
  /** Names of recovery paths; all where it is empty. */
  readonly only: readonly string[];
  readonly skipUnavailable: boolean;
  /** The part of the cases that this machine runs; all where it is missing. */
  readonly shard?: Shard;
}

/** @throws DrillError `engine` where a path cannot be tried here and nobody said to skip it, before anything is started. */
export function chooseCases(plan: Plan, readiness: Readiness, choice: Choice): Chosen {
  const { only, skipUnavailable, shard } = choice;
  const skipped = new Map<string, string>();
  const chosen = plan.cases.filter(({ id, recovery }) => isChosen(recovery, only) && isOfShard(id, shard));
  for (const { recovery } of plan.cases) {
    if (!isChosen(recovery, only)) skipped.set(recovery, 'left out by --only');
  }
  for (const planned of chosen) {
    const missing = missingTool(planned, plan, readiness);
    if (!missing) continue;
    if (!skipUnavailable)
      throw new DrillError(
        'engine',
        `${planned.recovery}: ${missing.reason}`,
        `${missing.hint}, or pass --skip-unavailable`,
      );
    skipped.set(planned.recovery, missing.reason);
  }
  return {
    cases: chosen.filter(({ recovery }) => !skipped.has(recovery)),
    skipped: [...skipped].map(([recovery, reason]) => ({ recovery, reason })),
  };
}

/** @param only names of recovery paths; all where it is empty. */
export function isChosen(recovery: string, only: readonly string[]): boolean {
  return only.length === 0 || only.includes(recovery);
}

function isOfShard(id: string, shard: Shard | undefined): boolean {
  return shard?.cases.some((one) => one.case === id && one.shard === shard.index) ?? true;
}

const howToGet: Readonly<Record<ToolName, string>> = {
  pg_dump: 'install the client tools of Postgres',
  pg_restore: 'install the client tools of Postgres',
  pg_basebackup: 'install the client tools of Postgres',
  psql: 'install the client tools of Postgres',
  deck: 'install decK and put it on PATH',
  kong: 'install Kong and put it on PATH',
};

function missingTool(
  planned: PlannedCase,
  plan: Plan,
  { tools, broken }: Readiness,
): { reason: string; hint: string } | undefined {
  const missing = toolsOf(planned, plan).find((tool) => !tools.has(tool));
  if (missing === undefined) return undefined;
  const why = broken?.get(missing);
  return why
    ? { reason: why.message, hint: why.hint }
    : { reason: `${missing} is not there`, hint: howToGet[missing] };
}

/** Tools that the path itself runs, and those that take what it starts from. */
function toolsOf(planned: PlannedCase, plan: Plan): readonly ToolName[] {
  const actions = planned.stages.flatMap(({ steps }) => steps.map(({ action }) => action));
  const artifacts = planned.stages.flatMap(({ stage }) =>
    'from' in stage ? [plan.artifacts.get(stage.from)] : [],
  );
  return [
    ...(plan.state.deck === undefined ? [] : (['deck'] as const)),
    ...plan.failures.flatMap(({ kind }): ToolName[] =>
      kind === 'wrong-sync' || kind === 'reset' ? ['deck'] : [],
    ),
    ...(plan.state.databaseDump === undefined ? [] : (['pg_restore'] as const)),
    ...artifacts.flatMap((artifact): ToolName[] => {
      if (artifact?.kind === 'deck' && isTaken(artifact)) return ['deck'];
      if (artifact?.kind === 'database' && artifact.method !== 'physical')
        return [isTaken(artifact) ? 'pg_dump' : 'pg_restore'];
      return [];
    }),
    ...actions.flatMap((action): ToolName[] => {
      if (action.kind === 'deck-sync') return ['deck'];
      return action.kind === 'pg-restore' ? ['pg_restore'] : [];
    }),
  ];
}
