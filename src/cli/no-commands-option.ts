/** `--no-commands`: drills that come from somebody else run no program that they name. */
import type { DrillOnDisk } from '../drillfile/collect.js';
import { DrillError } from '../model/drill-error.js';
import { ownCommands } from '../plan/own-commands.js';
import type { Given, Option } from './command.js';
import { recordedRuns } from './recorded-runs.js';

export const noCommandsOption: Option = {
  kind: 'flag',
  description: 'refuse drills that can run commands of their own; `plan` lists them',
};

/** @throws DrillError `usage` where the flag is given and a drill has commands, before anything is started. */
export async function expectNoCommands(given: Given, drills: readonly DrillOnDisk[]): Promise<void> {
  if (!given.flag('no-commands')) return;
  for (const one of drills) {
    const commands = ownCommands(one.drill, await recordedRuns(one));
    const [first] = commands;
    if (first === undefined) continue;
    const more = commands.length === 1 ? '' : `, and ${commands.length - 1} more`;
    throw new DrillError(
      'usage',
      `${one.file}: --no-commands: expected a drill without commands of its own, got ${JSON.stringify(first.command)} (${first.where})${more}`,
      `read them all: kong-drill plan ${one.file}; if you trust them, leave --no-commands away`,
    );
  }
}
