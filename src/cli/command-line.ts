/** A whole command line → what it says, done. */
import { DrillError } from '../model/drill-error.js';
import type { CommandContext, NamedCommand } from './command.js';
import { commandNames, commands, isCommand } from './commands.js';
import { exitCodes } from './exit-codes.js';
import { usageText } from './usage.js';
import { version } from './version.js';

/** @returns the exit code. @throws DrillError, and whatever a command throws. */
export async function commandLine(words: readonly string[], context: CommandContext): Promise<number> {
  const [first, ...rest] = words;
  if (first === undefined) {
    context.err.line(usageText(version()));
    return exitCodes.usage;
  }
  if (first === '--version' || first === '-v') {
    context.out.line(version());
    return exitCodes.met;
  }
  const isHelp = ['--help', '-h', 'help'].includes(first);
  if (isHelp && rest.length === 0) {
    context.out.line(usageText(version()));
    return exitCodes.met;
  }
  return isHelp ? runCommand(rest[0] ?? '', ['--help'], context) : runCommand(first, rest, context);
}

async function runCommand(name: string, words: readonly string[], context: CommandContext): Promise<number> {
  if (!isCommand(name)) throw await unknownCommand(name);
  const { readArguments } = await import('./arguments.js');
  const { command } = await commands[name].load();
  const given = await readArguments(name, command, words);
  if ('usage' in given) {
    context.out.line(given.usage);
    return exitCodes.met;
  }
  return await command.run(given, { ...context, allCommands });
}

function allCommands(): Promise<readonly NamedCommand[]> {
  const loaded = commandNames.map(async (name) => {
    const { options } = (await commands[name].load()).command;
    return { name, options };
  });
  return Promise.all(loaded);
}

async function unknownCommand(name: string): Promise<DrillError> {
  const { didYouMean, nearest } = await import('../drillfile/words.js');
  if (name.startsWith('-')) {
    const meant = nearest(name, ['--help', '--version']);
    const message = `expected a command, got ${JSON.stringify(name)}${didYouMean(meant)}`;
    return new DrillError('usage', message, 'options come after the command; see kong-drill --help');
  }
  const question = didYouMean(nearest(name, commandNames));
  return new DrillError(
    'usage',
    `there is no command ${JSON.stringify(name)}${question}`,
    'kong-drill --help',
  );
}
