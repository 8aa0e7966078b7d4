/** What only people know, said for one run: on the command line, else in the environment. */
import { didYouMean, nearest } from '../drillfile/words.js';
import { DrillError } from '../model/drill-error.js';
import { peopleWords } from '../model/project.js';
import type { People } from '../model/project.js';
import type { Environment } from '../system/environment.js';
import type { Given, Option } from './command.js';

export const peopleOption: Option = {
  kind: 'list',
  description: `what only people know, for the report: ${peopleWords.join(', ')}; several times for several`,
  value: 'WORD=TEXT',
};

const lists: readonly (keyof People)[] = ['participants', 'assumptions'];

/**
 * What was said beside the drill. A drill's own words stand before the project's, and behind the others.
 * @throws DrillError `usage` where a word is none of them.
 */
export function peopleOf(given: Given, environment: Environment): People {
  const people = new Map<keyof People, string[]>();
  for (const word of peopleWords) {
    const text = environment[variableOf(word)];
    if (text !== undefined && text !== '') people.set(word, [text]);
  }
  for (const [word, texts] of grouped(given.list('people'))) people.set(word, texts);
  return Object.fromEntries(
    [...people].map(([word, texts]) => [word, lists.includes(word) ? texts : texts.join(', ')]),
  );
}

/** `noticeAndDecide` → `KONG_DRILL_NOTICE_AND_DECIDE` */
function variableOf(word: string): string {
  return `KONG_DRILL_${word.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function grouped(texts: readonly string[]): Map<keyof People, string[]> {
  const groups = new Map<keyof People, string[]>();
  for (const text of texts) {
    const [, name = text, value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    const word = peopleWords.find((it) => it === name);
    if (word === undefined || value === '') throw wrong(text, name);
    groups.set(word, [...(groups.get(word) ?? []), value]);
  }
  return groups;
}

function wrong(text: string, name: string): DrillError {
  const guess = nearest(name, peopleWords);
  const question = didYouMean(guess === name ? undefined : guess);
  return new DrillError(
    'usage',
    `--people: expected WORD=TEXT with one of ${peopleWords.join(', ')}, got ${JSON.stringify(text)}${question}`,
    'write it as in --people operator="Ada Lovelace"',
  );
}
