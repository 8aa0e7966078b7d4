/** `kong-drill plan`: every step and every command that would run, and how long it is expected to take; touches nothing. */
import type { DrillOnDisk } from '../../drillfile/collect.js';
import { caseDurationsIn } from '../../evidence/case-durations.js';
import { readReports } from '../../evidence/earlier-runs.js';
import type { Plan } from '../../model/plan.js';
import { expectedTimes } from '../../plan/expected-time.js';
import type { Past } from '../../plan/expected-time.js';
import { explainPlan } from '../../plan/explain.js';
import { planDrill } from '../../plan/plan.js';
import type { Command } from '../command.js';
import { onlyOption, readDrills, tagOption, usualDrills } from '../drill-set.js';
import { exitCodes } from '../exit-codes.js';
import { recordedRuns } from '../recorded-runs.js';
import { expectReportsOrNothing } from '../reports-option.js';

export const command: Command = {
  operands: '[files|folders]…',
  usually: usualDrills,
  options: {
    tag: tagOption,
    only: onlyOption,
    history: {
      kind: 'text',
      description: 'reports of earlier runs, from which the time is taken that the drill will need',
      value: 'FOLDER',
      default: 'reports',
    },
    json: { kind: 'flag', description: 'print the plans as JSON' },
  },
  examples: ['plan drills/postgres-lost.yaml', 'plan drills --tag nightly --json'],
  run: async (given, { out, err }) => {
    const drills = readDrills(given, err);
    if (!drills) return exitCodes.usage;
    const plans = await Promise.all(drills.map((one) => planOf(one, given.list('only'))));
    const shown = plans.filter(({ cases }) => cases.length > 0);
    const timed = await Promise.all(shown.map(await timedFrom(given.text('history') ?? 'reports')));
    if (given.flag('json')) out.line(JSON.stringify(timed.map(withTimes), asJson, 2));
    else out.line(timed.map(({ plan, past }) => explainPlan(plan, past)).join('\n\n'));
    return exitCodes.met;
  },
};

interface Timed {
  readonly plan: Plan;
  readonly past: Past;
}

/** @throws DrillError `usage` where the history is no folder; one that is not there yet says nothing. */
async function timedFrom(history: string): Promise<(plan: Plan) => Promise<Timed>> {
  if (!(await expectReportsOrNothing('history', history)))
    return (plan) => Promise.resolve({ plan, past: new Map() });
  const reports = await readReports(history);
  return async (plan) => ({ plan, past: await caseDurationsIn(reports, plan.drill.name) });
}

function withTimes({ plan, past }: Timed): object {
  return { ...plan, expected: expectedTimes(plan, past) };
}

async function planOf(one: DrillOnDisk, only: readonly string[]): Promise<Plan> {
  const { drill, folder } = one;
  const isWanted = ([name]: readonly [string, unknown]): boolean => only.length === 0 || only.includes(name);
  const recovery = Object.fromEntries(Object.entries(drill.recovery).filter(isWanted));
  return planDrill({ ...drill, recovery }, { folder, runs: await recordedRuns(one) });
}

function asJson(_: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}
