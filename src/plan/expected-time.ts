/** How long the cases of a plan are expected to take, and where that is known from. Pure. */
import type { PastDuration } from '../model/history.js';
import type { Plan, PlannedCase } from '../model/plan.js';
import { formatDuration } from '../model/units.js';
import { leastOfWholeCase } from './plan.js';

export interface ExpectedTime {
  readonly recovery: string;
  /** Of one case. */
  readonly caseMs: number;
  /** How many cases the path has. */
  readonly cases: number;
  /** The run that it was measured in; without one it is the least time of the plan. */
  readonly measured?: Pick<PastDuration, 'engine' | 'utc'>;
}

export type Past = ReadonlyMap<string, PastDuration>;

/** Of each recovery path of the plan, in its order. */
export function expectedTimes(plan: Plan, past: Past): readonly ExpectedTime[] {
  const first = plan.cases.filter(({ repetition }) => repetition === 1);
  return first.map((planned) => ({ ...expectedTimeOf(plan, planned, past), cases: plan.repeat }));
}

/** Of one case: as long as its path took before, else the least that its steps need. */
export function expectedTimeOf(plan: Plan, { recovery, ...planned }: PlannedCase, past: Past): ExpectedTime {
  const known = past.get(recovery);
  if (!known) return { recovery, cases: 1, caseMs: leastOfWholeCase(plan, { recovery, ...planned }) };
  const { meanMs, engine, utc } = known;
  return { recovery, cases: 1, caseMs: meanMs, measured: { engine, utc } };
}

/** `36 s (as in the run of 2026-11-25 02:00 UTC, engine containers)`, or `at least 28 s (…)`. */
export function expectedText({ caseMs, measured }: ExpectedTime): string {
  if (!measured)
    return `at least ${formatDuration(caseMs)} (an estimate, no earlier run is known: the least times seen on a real Kong)`;
  const when = `${measured.utc.slice(0, 16).replace('T', ' ')} UTC`;
  return `${formatDuration(caseMs)} (as in the run of ${when}, engine ${measured.engine})`;
}
