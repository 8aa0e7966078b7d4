/** `kong-drill run`: the drills, one after the other; the exit code is the verdict. */
import type { Command } from '../command.js';
import { containersOf, containersOptions } from '../containers-option.js';
import { countOf } from '../count-option.js';
import { onlyOption, readDrills, tagOption, usualDrills } from '../drill-set.js';
import { engineOption, engineOf } from '../engine-option.js';
import { exitCodes } from '../exit-codes.js';
import { junitFlavorOf, junitFlavorOption } from '../junit-option.js';
import { expectNoCommands, noCommandsOption } from '../no-commands-option.js';
import { peopleOf, peopleOption } from '../people-option.js';
import { expectReportsOrNothing } from '../reports-option.js';
import { shardOf, shardOption } from '../shard-option.js';
import { expectSigningKey } from '../signing-key.js';
import { timeOf } from '../time-option.js';
import { toolName } from '../version.js';
import { expectWritableFolder } from '../writable.js';

export const command: Command = {
  operands: '[files|folders]…',
  usually: usualDrills,
  options: {
    engine: engineOption,
    out: {
      kind: 'text',
      description: 'folder for reports and evidence',
      value: 'FOLDER',
      default: 'reports',
    },
    history: {
      kind: 'text',
      description: 'reports of earlier runs, for trend and regression budget; by default those in --out',
      value: 'FOLDER',
    },
    tag: tagOption,
    only: onlyOption,
    shard: shardOption,
    ...containersOptions,
    jobs: {
      kind: 'text',
      description:
        'cases of a drill that run side by side; by default as many as cores and memory have room for',
      value: 'N',
    },
    'time-limit': {
      kind: 'text',
      description:
        'skip, by name, each case that is not expected to end in what is left of this time; none is cut in the middle',
      value: 'TIME',
    },
    keep: {
      kind: 'flag',
      description:
        'leave the lab of the first case up that is missed, inconclusive or broken, and say how to look inside; kong-drill clean removes it',
    },
    'junit-flavor': junitFlavorOption,
    people: peopleOption,
    'no-commands': noCommandsOption,
    json: { kind: 'flag', description: 'print the results as JSON' },
    quiet: { kind: 'flag', description: 'print verdicts only' },
    'skip-unavailable': {
      kind: 'flag',
      description: 'skip recovery paths whose tools are missing, and say so, in place of refusing to start',
    },
  },
  examples: [
    'run drills/postgres-lost.yaml',
    'run drills/postgres-lost.yaml --keep',
    'run drills --tag nightly --engine containers',
  ],
  run: async (given, { out, err, environment, signal }) => {
    const drills = readDrills(given, err);
    if (!drills) return exitCodes.usage;
    await expectNoCommands(given, drills);
    expectSigningKey(environment);
    const history = given.text('history');
    const jobs = countOf(given, 'jobs', {
      most: 999,
      hint: 'leave it away: then as many cases run side by side as the machine has room for',
    });
    const onlyShard = shardOf(given);
    const timeLimitMs = timeOf(given, 'time-limit', 'a CI job of 20 minutes: --time-limit 20m');
    const folder = given.text('out') ?? 'reports';
    if (history !== undefined && !(await expectReportsOrNothing('history', history)))
      err.line(`no earlier runs yet: there is no ${history}`);
    await expectWritableFolder('out', folder);
    const { runDrills } = await import('../../run/run-drills.js');
    return await runDrills({
      drills,
      engine: engineOf(given),
      containers: containersOf(given),
      jobs,
      out: folder,
      ...(history === undefined ? {} : { history }),
      only: given.list('only'),
      ...(onlyShard && { onlyShard }),
      keep: given.flag('keep'),
      ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
      json: given.flag('json'),
      quiet: given.flag('quiet'),
      skipUnavailable: given.flag('skip-unavailable'),
      junitFlavor: junitFlavorOf(given, environment),
      people: peopleOf(given, environment),
      tool: toolName(),
      signal,
      output: {
        write: (text) => out.write(text),
        tell: (text) => err.write(text),
        ...(err.footer && { footer: err.footer }),
        color: out.hasColor,
        width: out.width,
      },
    });
  },
};
