/** The command line of one command, taken apart by the parser of yargs. */
import parser from 'yargs-parser';
import type { Options } from 'yargs-parser';
import { didYouMean, nearest } from '../drillfile/words.js';
import { DrillError } from '../model/drill-error.js';
import type { Command, Given, Option } from './command.js';

/** The operands and options, or the usage text where that was asked for. @throws DrillError `usage`. */
export async function readArguments(
  name: string,
  command: Command,
  words: readonly string[],
): Promise<Given | { readonly usage: string }> {
  const hint = `kong-drill ${name} --help`;
  const { argv: parsed, error } = parser.detailed([...words], parserOptions(command));
  if (error !== null) throw new DrillError('usage', inOurWords(error.message), hint);
  if (parsed.help === true) {
    // Its loading takes longer than most commands.
    const { usageOf } = await import('./command-usage.js');
    return { usage: await usageOf(name, command) };
  }
  refuseUnknown(Object.keys(parsed), command, hint);
  const typed = parsed._.map(String);
  const operands = typed.length === 0 && command.usually !== undefined ? [command.usually] : typed;
  if (command.operands === '' && operands.length > 0) {
    throw new DrillError('usage', `expected options only, got ${JSON.stringify(operands[0])}`, hint);
  }
  if (command.operands.startsWith('<') && operands.length === 0) {
    throw new DrillError('usage', `expected ${command.operands}, got nothing`, hint);
  }
  refuseSurplus(command.operands, operands, hint);
  return given(operands, checked(command.options, parsed, { words, hint }));
}

function parserOptions({ options }: Command): Options {
  const all = Object.entries(options);
  const namesOf = (isWanted: (option: Option) => boolean): string[] =>
    all.flatMap(([name, option]) => (isWanted(option) ? [name] : []));
  const valued = namesOf(({ kind }) => kind !== 'flag');
  return {
    boolean: ['help', ...namesOf(({ kind }) => kind === 'flag')],
    string: valued,
    narg: Object.fromEntries(valued.map((name) => [name, 1])),
    alias: {
      help: 'h',
      ...Object.fromEntries(all.flatMap(([name, { short }]) => (short === undefined ? [] : [[name, short]]))),
    },
    configuration: {
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    },
  };
}

function inOurWords(message: string): string {
  return message.replace(/^Not enough arguments following: (.+)$/, 'expected a value for --$1, got nothing');
}

function refuseUnknown(keys: readonly string[], { options }: Command, hint: string): void {
  const names = Object.keys(options);
  const letters = Object.values(options).flatMap(({ short }) => short ?? []);
  const unknown = keys.find((key) => !['_', 'help', 'h', ...names, ...letters].includes(key));
  if (unknown === undefined) return;
  const dashes = unknown.length === 1 ? '-' : '--';
  const guess = nearest(unknown, [...names, 'help']);
  const question = didYouMean(guess === undefined ? undefined : `--${guess}`);
  throw new DrillError('usage', `there is no option ${dashes}${unknown}${question}`, hint);
}

/** Usage that does not end in `…` names each operand once. */
function refuseSurplus(expected: string, operands: readonly string[], hint: string): void {
  const most = expected.endsWith('…') ? Infinity : expected.split(' ').length;
  if (operands.length <= most) return;
  const surplus = JSON.stringify(operands[most]);
  throw new DrillError('usage', `expected ${expected} only, got ${surplus} as well`, hint);
}

type Values = ReadonlyMap<string, readonly string[] | boolean>;

function checked(
  options: Command['options'],
  parsed: Readonly<Record<string, unknown>>,
  { words, hint }: { readonly words: readonly string[]; readonly hint: string },
): Values {
  const values = new Map<string, readonly string[] | boolean>();
  for (const [name, option] of Object.entries(options)) {
    const value = parsed[name] ?? option.default;
    if (value === undefined) continue;
    const texts = (Array.isArray(value) ? value : [value]).map(String);
    if (option.kind === 'flag') {
      refuseValueOfFlag(name, words);
      values.set(name, texts.at(-1) === 'true');
      continue;
    }
    if (option.kind === 'text' && texts.length > 1) {
      throw new DrillError('usage', `--${name} is given ${texts.length} times`, `give --${name} once`);
    }
    for (const text of texts) refuseWrongWord(name, text, option, hint);
    values.set(name, texts);
  }
  return values;
}

/** The parser takes `--json=maybe` for no. */
function refuseValueOfFlag(name: string, words: readonly string[]): void {
  const wrong = words.find((word) => word.startsWith(`--${name}=`));
  if (wrong === undefined) return;
  throw new DrillError(
    'usage',
    `--${name} takes no value, got ${JSON.stringify(wrong)}`,
    `write --${name}, or leave it out`,
  );
}

function refuseWrongWord(name: string, text: string, { choices }: Option, hint: string): void {
  if (text === '') throw new DrillError('usage', `expected a value for --${name}, got an empty text`, hint);
  if (choices === undefined || choices.includes(text)) return;
  const question = didYouMean(nearest(text, choices));
  const expected = `expected --${name} ${choices.join(' | ')}`;
  throw new DrillError('usage', `${expected}, got ${JSON.stringify(text)}${question}`, hint);
}

function given(operands: readonly string[], values: Values): Given {
  const list = (name: string): readonly string[] => {
    const value = values.get(name);
    return value === undefined || typeof value === 'boolean' ? [] : value;
  };
  return {
    operands,
    list,
    flag: (name) => values.get(name) === true,
    text: (name) => list(name)[0],
  };
}
