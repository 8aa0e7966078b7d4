/** `kong migrations`: the schema in an empty database, or an old one brought up to a newer Kong. */
import type { CommandResult } from '../system/command.js';
import { outcomeOf } from './recovery.js';
import type { Act, RecoveryContext } from './recovery.js';

export const migrate: Act<'migrate'> = async ({ how }, context) => {
  if (how === 'bootstrap') return outcomeOf(await migrations('bootstrap', context));
  const up = await migrations('up', context);
  return outcomeOf(up.ok ? await migrations('finish', context) : up);
};

function migrations(verb: 'bootstrap' | 'up' | 'finish', context: RecoveryContext): Promise<CommandResult> {
  const { lab, limitMs, signal } = context;
  return lab.tool({ tool: 'kong', args: () => ['migrations', verb], limitMs, signal });
}
