/** `kong-drill completion`: prints what makes a shell complete commands and options. */
import { DrillError } from '../../model/drill-error.js';
import type { Command } from '../command.js';
import { completionScript, shells } from '../completion.js';
import { exitCodes } from '../exit-codes.js';

export const command: Command = {
  operands: `<${shells.join('|')}>`,
  options: {},
  examples: ['completion bash', 'completion zsh'],
  run: async ({ operands: [asked] }, { out, allCommands }) => {
    const shell = shells.find((one) => one === asked);
    if (!shell)
      throw new DrillError(
        'usage',
        `expected ${shells.join(' or ')}, got ${JSON.stringify(asked)}`,
        'source <(kong-drill completion bash)',
      );
    out.write(completionScript(shell, await allCommands()));
    return exitCodes.met;
  },
};
