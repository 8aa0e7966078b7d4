/** Usage of the whole: from the map of commands alone, so that it is there at once. */
import { commandGroups, commandNames } from './commands.js';

export function usageText(version: string): string {
  const width = Math.max('-v, --version'.length, ...commandNames.map((name) => name.length));
  return [
    `kong-drill ${version}: recovery drills for Kong Gateway`,
    '',
    'Usage: kong-drill <command> [options]',
    '',
    ...commandGroups.flatMap(([title, commands]) => [
      `${title}:`,
      ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
      '',
    ]),
    'Options:',
    `  ${'-h, --help'.padEnd(width)}  this text; with a command, that of the command`,
    `  ${'-v, --version'.padEnd(width)}  the version`,
    '',
    'Exit codes: 0 all met · 1 something missed · 2 inconclusive · 3 the runner failed · 4 drill file or usage wrong',
    '            130, 143 interrupted',
    '',
    'First steps: kong-drill doctor; kong-drill init; kong-drill run drills',
  ].join('\n');
}
