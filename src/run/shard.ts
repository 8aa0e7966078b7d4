/**
 * A shard: the part of all cases of all drills that one of several machines runs. Each machine finds the same split from the same
 * drill files and the same `--history`, without asking the others.
 */
import { caseDurationsIn } from '../evidence/case-durations.js';
import { readReports } from '../evidence/earlier-runs.js';
import type { Reports } from '../evidence/earlier-runs.js';
import type { Shard } from '../model/journal.js';
import type { Plan, PlannedCase } from '../model/plan.js';
import { expectedTimeOf } from '../plan/expected-time.js';
import { planDrill } from '../plan/plan.js';
import { splitAmong } from '../plan/split.js';
import { isChosen } from './choose-cases.js';
import type { ValidDrill } from './run-drill.js';

/** Which one of how many. */
export type ShardChoice = Pick<Shard, 'index' | 'of'>;

export interface SplitTerms {
  readonly shard: ShardChoice;
  /** Names of recovery paths; all where it is empty. */
  readonly only: readonly string[];
  /** Reports of earlier runs, from which times are taken; without it they are those of the plan. */
  readonly history?: string;
}

interface PlannedDrill {
  readonly plan: Plan;
  readonly cases: readonly PlannedCase[];
  readonly tookMs: (planned: PlannedCase) => number;
}

/** What the shard holds of each drill, in their order; cases of other shards are named in it too. */
export async function shardsOf(
  drills: readonly ValidDrill[],
  { shard, only, history }: SplitTerms,
): Promise<readonly Shard[]> {
  const known = history === undefined ? undefined : await readReports(history);
  const planned = await Promise.all(drills.map((drill) => plannedOf(drill, only, known)));
  const pieces = planned.flatMap(({ plan, cases, tookMs }) =>
    cases.map((one) => ({ name: nameOf(plan, one), tookMs: tookMs(one) })),
  );
  const parts = splitAmong(pieces, shard.of);
  return planned.map(({ plan, cases }) => ({
    ...shard,
    cases: cases.map((one) => ({
      case: one.id,
      recovery: one.recovery,
      repetition: one.repetition,
      shard: parts.get(nameOf(plan, one)) ?? 1,
    })),
  }));
}

/** Whether it has anything to run. */
export function holdsCases({ index, cases }: Shard): boolean {
  return cases.some(({ shard }) => shard === index);
}

const nameOf = ({ drill }: Plan, { id }: PlannedCase): string => `${drill.name} ${id}`;

async function plannedOf(
  { drill, folder }: ValidDrill,
  only: readonly string[],
  known: Reports | undefined,
): Promise<PlannedDrill> {
  const plan = planDrill(drill, { folder });
  const past = known ? await caseDurationsIn(known, drill.name) : new Map<string, never>();
  return {
    plan,
    cases: plan.cases.filter(({ recovery }) => isChosen(recovery, only)),
    tookMs: (one) => expectedTimeOf(plan, one, past).caseMs,
  };
}
