/** `kong-drill plan`: every step and every command that would run, and the least time it takes; touches nothing. */
import type { DrillOnDisk } from '../../drillfile/collect.js';
import type { Plan } from '../../model/plan.js';
import { explainPlan } from '../../plan/explain.js';
import { planDrill } from '../../plan/plan.js';
import type { Command } from '../command.js';
import { onlyOption, readDrills, tagOption } from '../drill-set.js';
import { exitCodes } from '../exit-codes.js';
import { recordedRuns } from '../recorded-runs.js';

export const command: Command = {
  operands: '<files|folders>…',
  options: {
    tag: tagOption,
    only: onlyOption,
    json: { kind: 'flag', description: 'print the plans as JSON' },
  },
  examples: ['plan drills/postgres-lost.yaml', 'plan drills --tag nightly --json'],
  run: async (given, { out, err }) => {
    const drills = readDrills(given, err);
    if (!drills) return exitCodes.usage;
    const plans = await Promise.all(drills.map((one) => planOf(one, given.list('only'))));
    const shown = plans.filter(({ cases }) => cases.length > 0);
    if (given.flag('json')) out.line(JSON.stringify(shown, asJson, 2));
    else out.line(shown.map(explainPlan).join('\n\n'));
    return exitCodes.met;
  },
};

async function planOf(one: DrillOnDisk, only: readonly string[]): Promise<Plan> {
  const { drill, folder } = one;
  const isWanted = ([name]: readonly [string, unknown]): boolean => only.length === 0 || only.includes(name);
  const recovery = Object.fromEntries(Object.entries(drill.recovery).filter(isWanted));
  return planDrill({ ...drill, recovery }, { folder, runs: await recordedRuns(one) });
}

function asJson(_: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}
