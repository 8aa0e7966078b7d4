/** The usage text of one command, drawn by yargs. */
import yargs from 'yargs';
import type { Command, Option } from './command.js';

export async function usageOf(name: string, command: Command): Promise<string> {
  const { operandsMeaning: meaning, usually } = command;
  const usage = ['kong-drill', name, command.operands, '[options]'].filter((part) => part !== '').join(' ');
  const about = [
    ...(meaning === undefined ? [] : [`${command.operands}  ${meaning}`]),
    ...(usually === undefined ? [] : [`Where no other is named: ${usually}`]),
  ];
  const drawn = yargs([])
    .scriptName('kong-drill')
    .usage([`Usage: ${usage}`, ...about].join('\n\n'))
    .version(false)
    .help(false)
    .wrap(null)
    .option('help', { type: 'boolean', alias: 'h', describe: 'this text' });
  for (const [key, option] of Object.entries(command.options)) drawn.option(key, inUsage(option));
  for (const example of command.examples) drawn.example(`kong-drill ${example}`, '');
  return await drawn.getHelp();
}

function inUsage({ kind, description, choices, short, default: usual }: Option) {
  const words = choices ? `: ${choices.join(', ')}` : '';
  const more = usual === undefined ? '' : ` [${usual}]`;
  return {
    type: kind === 'flag' ? ('boolean' as const) : ('string' as const),
    describe: `${description}${words}${more}`,
    ...(short === undefined ? {} : { alias: short }),
  };
}
