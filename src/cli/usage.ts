/** Usage of the whole: from the map of commands alone, so that it is there at once. */
import { commandNames, commands } from './commands.js';

export function usageText(version: string): string {
  const width = Math.max('--version'.length, ...commandNames.map((name) => name.length));
  return [
    `kong-drill ${version}: recovery drills for Kong Gateway`,
    '',
    'Usage: kong-drill <command> [options]',
    '',
    'Commands:',
    ...commandNames.map((name) => `  ${name.padEnd(width)}  ${commands[name].summary}`),
    '',
    'Options:',
    `  ${'--help'.padEnd(width)}  this text; with a command, that of the command`,
    `  ${'--version'.padEnd(width)}  the version`,
    '',
    'Exit codes: 0 all met · 1 something missed · 2 inconclusive · 3 the runner failed · 4 drill file or usage wrong',
    '            130, 143 interrupted',
    '',
    'First steps: kong-drill doctor; kong-drill init; kong-drill run drills',
  ].join('\n');
}
