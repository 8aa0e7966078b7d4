/** The words for a plan: what will happen, in which order, and how long it takes at least. */
import type { OwnCommand, Plan, PlannedCase, PlannedStep } from '../model/plan.js';
import { counted, formatDuration } from '../model/units.js';
import { expectedText, expectedTimes } from './expected-time.js';
import type { Past } from './expected-time.js';
import { leastOfCase } from './plan.js';
import { stateIsProbed } from './probed.js';

/** Of a step with many commands, a replay, the first ones stand for the rest. */
const shownCommands = 8;

/** Several lines, without a line break at the end. Times of steps are the least ones of a real Kong on 2 cores. */
export function explainPlan(plan: Plan, past: Past = new Map()): string {
  const { drill, cases, repeat } = plan;
  const paths = cases.filter((one) => one.repetition === 1);
  const times = repeat === 1 ? '' : `, each ${repeat} times`;
  return [
    `${drill.name}${drill.title === undefined ? '' : `: ${drill.title}`}`,
    '',
    `Before the recovery (${counted(paths.length, 'path')}${times}, each on a fresh copy of the same disaster):`,
    ...plan.before.flatMap(linesOf),
    ...paths.flatMap(linesOfPath),
    '',
    'After the recovery:',
    ...plan.after.flatMap(linesOf),
    '',
    ...linesOfOwnCommands(plan.ownCommands),
    '',
    ...linesOfTime(plan, past),
  ].join('\n');
}

function linesOfPath(path: PlannedCase): string[] {
  return [
    '',
    `Recovery path ${path.recovery}, at least ${formatDuration(leastOfCase(path))}:`,
    ...path.stages.flatMap(({ stage, steps }) => [
      `  stage ${stage.stage}`,
      ...(steps.length === 0 ? ['    nothing to do: all of it is still there'] : steps.flatMap(linesOf)),
    ]),
    ...(path.probed === 'state' ? [`  ${stateIsProbed}`] : []),
  ];
}

/** In all, and of each path where that is known from; images come on top, for nobody knows the network. */
function linesOfTime(plan: Plan, past: Past): string[] {
  const times = expectedTimes(plan, past);
  const sumMs = times.reduce((sum, { caseMs, cases }) => sum + caseMs * cases, 0);
  const least = times.every(({ measured }) => measured) ? '' : 'at least ';
  return [
    `Expected to take ${least}${formatDuration(sumMs)}, one case after another; images that have to be pulled come on top:`,
    ...times.map((time) => `    ${time.recovery}${timesOf(time.cases)}: ${expectedText(time)}`),
  ];
}

const timesOf = (cases: number): string => (cases === 1 ? '' : `, ${cases} times`);

/** Every one, however many: this is what is read before a drill is trusted. */
function linesOfOwnCommands(commands: readonly OwnCommand[]): string[] {
  if (commands.length === 0) return ['Commands of your own: none.'];
  return [
    'Commands of your own, run as you are:',
    ...commands.map(({ where, command }) => `    $ ${command.map(quoted).join(' ')}  (${where})`),
  ];
}

function linesOf(step: PlannedStep): string[] {
  const least = step.leastMs === 0 ? '' : `  (≥ ${formatDuration(step.leastMs)})`;
  const indent = ' '.repeat(19);
  const hidden = step.commands.length - shownCommands;
  return [
    `    ${step.step.padEnd(14)} ${step.title}${least}`,
    ...step.commands.slice(0, shownCommands).map((command) => `${indent}$ ${command.map(quoted).join(' ')}`),
    ...(hidden > 0 ? [`${indent}  and ${hidden} more; --json shows them all`] : []),
  ];
}

/** An argument as one would type it; placeholders stay as they are. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./<>-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
