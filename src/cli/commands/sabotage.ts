/** `kong-drill sabotage`: attacks the recoveries of drills from outside, and tells what each drill saw of it. */
import { DrillError, messageOf } from '../../model/drill-error.js';
import type { SabotageResult } from '../../sabotage/sabotage.js';
import type { Command, Given } from '../command.js';
import { containersOf, containersOptions } from '../containers-option.js';
import { countOf } from '../count-option.js';
import { onlyOption, readDrills, tagOption } from '../drill-set.js';
import { engineOf, engineOption } from '../engine-option.js';
import { exitCodes } from '../exit-codes.js';
import { expectNoCommands, noCommandsOption } from '../no-commands-option.js';
import { toolName } from '../version.js';
import { expectWritableFolder } from '../writable.js';

export const command: Command = {
  operands: '<files|folders>…',
  options: {
    engine: engineOption,
    out: {
      kind: 'text',
      description: 'folder for the runs that were attacked, apart from honest ones',
      value: 'FOLDER',
      default: 'reports/sabotage',
    },
    tag: tagOption,
    only: onlyOption,
    attack: {
      kind: 'list',
      description: 'only this attack; several times for several; all by default',
      value: 'NAME',
    },
    jobs: { kind: 'text', description: 'runs at a time', value: 'COUNT', default: '2' },
    ...containersOptions,
    'no-commands': noCommandsOption,
    json: { kind: 'flag', description: 'print the results as JSON' },
  },
  examples: ['sabotage drills/postgres-lost.yaml', 'sabotage drills --attack route-left-out --jobs 1'],
  run: async (given, { out, err, signal }) => {
    const drills = readDrills(given, err);
    if (!drills) return exitCodes.usage;
    await expectNoCommands(given, drills);
    const { attackNames } = await import('../../sabotage/attacks.js');
    const { sabotage } = await import('../../sabotage/sabotage.js');
    const { renderSabotage } = await import('../../sabotage/render.js');
    const { openEngine } = await import('../../engine/engines.js');
    const reports = given.text('out') ?? 'reports/sabotage';
    const attacks = chosenAttacks(given, attackNames);
    const jobs = countOf(given, 'jobs', { most: 99, hint: 'try --jobs 1' }) ?? 2;
    await expectWritableFolder('out', reports);
    const options = {
      engine: await openEngine(engineOf(given), containersOf(given), signal),
      out: reports,
      only: given.list('only'),
      attacks,
      jobs,
      tool: toolName(),
      signal,
      onFault: (message: string) => err.line(message),
      onProgress: (line: string) => err.line(line),
    };
    const results: SabotageResult[] = [];
    for (const drill of drills) {
      try {
        const result = await sabotage(drill, options);
        results.push(result);
        if (!given.flag('json')) out.write(renderSabotage(result));
      } catch (error) {
        if (signal.aborted) return exitCodes.interrupted[signal.reason === 'SIGTERM' ? 'SIGTERM' : 'SIGINT'];
        err.line(`${drill.file}: ${messageOf(error)}`);
        if (error instanceof DrillError) err.line(`  → ${error.hint}`);
        return exitCodes.broken;
      }
    }
    if (given.flag('json')) out.write(`${JSON.stringify(results, null, 2)}\n`);
    return exitCodeOf(results);
  },
};

/** 1 where a drill is too weak, 2 where one is unproven, else 0. */
function exitCodeOf(results: readonly SabotageResult[]): number {
  const verdicts = results.map(({ verdict }) => verdict);
  if (verdicts.includes('too-weak')) return exitCodes.missed;
  return verdicts.includes('unproven') ? exitCodes.inconclusive : exitCodes.met;
}

function chosenAttacks<N extends string>(given: Given, names: readonly N[]): readonly N[] {
  const wanted = given.list('attack');
  const unknown = wanted.find((name) => !names.some((it) => it === name));
  if (unknown !== undefined)
    throw new DrillError(
      'usage',
      `--attack: expected one of ${names.join(', ')}, got ${JSON.stringify(unknown)}`,
      'leave it away for all attacks',
    );
  return wanted.length === 0 ? names : names.filter((name) => wanted.includes(name));
}
