/** `kong-drill clean`: removes what killed runs have left behind; recognised by the mark of the runs themselves. */
import type { EngineName } from '../../engine/engine.js';
import { askDocker } from '../../system/docker-engine.js';
import type { Command, CommandContext } from '../command.js';
import { engineOf, engineOption } from '../engine-option.js';
import type { EngineChoice } from '../engine-option.js';
import { engineNames, openEngine } from '../../engine/engines.js';
import { exitCodes } from '../exit-codes.js';

export const command: Command = {
  operands: '',
  options: {
    engine: {
      ...engineOption,
      description:
        'where to look. containers: all that their runs left; processes: what any run left on this machine; auto: everywhere that answers',
    },
    json: { kind: 'flag', description: 'print what was removed as JSON' },
  },
  examples: ['clean'],
  run: async (given, context) => {
    const removed: string[] = [];
    for (const name of await chosen(engineOf(given), context)) {
      const engine = await openEngine(name);
      removed.push(...(await engine.clean(context.signal)));
    }
    const { out } = context;
    if (given.flag('json')) out.line(JSON.stringify({ removed }, null, 2));
    else if (removed.length === 0) out.line('Nothing was left behind by runs that are dead.');
    else for (const line of removed) out.line(line);
    return exitCodes.met;
  },
};

async function chosen(
  choice: EngineChoice,
  { err, environment }: CommandContext,
): Promise<readonly EngineName[]> {
  if (choice !== 'auto') return [choice];
  const docker = await askDocker(environment);
  if (docker.answers) return engineNames;
  err.line(`Containers were not looked for: ${docker.error.message}`);
  if (!docker.isAbsent) err.line(`  → ${docker.error.hint}`);
  return engineNames.filter((name) => name !== 'containers');
}
