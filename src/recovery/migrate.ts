/** `kong migrations`: the schema in an empty database, or an old one brought up to a newer Kong. */
import type { CommandResult } from '../system/command.js';
import { outcomeOf } from './recovery.js';
import type { Act } from './recovery.js';

export const migrate: Act<'migrate'> = async ({ how, kongVersion }, { lab, limitMs, signal }) => {
  const migrations = (verb: string): Promise<CommandResult> =>
    lab.tool({ tool: 'kong', version: kongVersion, args: () => ['migrations', verb], limitMs, signal });
  if (how === 'bootstrap') return outcomeOf(await migrations('bootstrap'));
  const up = await migrations('up');
  return outcomeOf(up.ok ? await migrations('finish') : up);
};
