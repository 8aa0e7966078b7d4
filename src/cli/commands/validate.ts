/** `kong-drill validate`: all that is wrong with drill files; touches nothing. */
import { collectDrills } from '../../drillfile/collect.js';
import type { DrillOnDisk, DrillSet } from '../../drillfile/collect.js';
import type { Command } from '../command.js';
import { printProblems, tellSkipped, usualDrills } from '../drill-set.js';
import { counted } from '../../model/units.js';
import { planDrill } from '../../plan/plan.js';
import { stateIsProbed } from '../../plan/probed.js';
import { exitCodes } from '../exit-codes.js';
import { styled } from '../terminal.js';

export const command: Command = {
  operands: '[files|folders]…',
  usually: usualDrills,
  options: {
    json: { kind: 'flag', description: 'print the result as JSON' },
    quiet: { kind: 'flag', description: 'print problems only' },
  },
  examples: ['validate', 'validate drills', 'validate drills/postgres-lost.yaml --json'],
  run: (given, { out, err }) => {
    const set = collectDrills(given.operands);
    const isValid = set.problems.length === 0;
    if (!given.flag('quiet') && !given.flag('json')) tellSkipped(set.skipped, err);
    if (given.flag('json')) out.line(JSON.stringify(resultOf(set), null, 2));
    else if (!isValid) printProblems(set.problems, set.files.length, err);
    else if (!given.flag('quiet')) {
      out.line(
        styled('green', 'Valid: '),
        `${counted(set.drills.length, 'drill')}. Next: kong-drill plan ${set.files[0] ?? ''}`,
      );
      for (const remark of set.drills.flatMap(remarksOn)) out.line(remark);
    }
    return isValid ? exitCodes.met : exitCodes.usage;
  },
};

/** What is right, and may surprise. */
function remarksOn({ drill, folder }: DrillOnDisk): readonly string[] {
  return planDrill(drill, { folder })
    .cases.filter(({ probed, repetition }) => probed === 'state' && repetition === 1)
    .map(({ recovery }) => `${drill.name}, path ${recovery}: ${stateIsProbed}`);
}

function resultOf({ drills, problems, files, skipped }: DrillSet) {
  return {
    valid: problems.length === 0,
    files: files.map((file) => ({ file, name: drills.find((one) => one.file === file)?.drill.name ?? null })),
    problems,
    skipped,
  };
}
