import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { readRules } from './rules.js';

const src = new URL('../../../src/', import.meta.url);
const dist = new URL('../../', import.meta.url);
const rules = await readRules();
const sourceOf = (module: string): Promise<string> => readFile(new URL(`${module}.ts`, src), 'utf8');
/** Here it is broken: the compiler may have put a line break into it. */
const compiledOf = (module: string): Promise<string> => readFile(new URL(`${module}.js`, dist), 'utf8');

test('rules - each of the twenty has something that breaks it', () => {
  const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
  assert.deepEqual([...new Set(rules.map(({ rule }) => rule))], numbers);
  assert.ok(rules.length > 100, `${rules.length} sentences`);
});

test('rules - what is to be broken stands in the code, once', async () => {
  const notOnce: string[] = [];
  for (const { code, from } of rules)
    for (const text of [await sourceOf(code), await compiledOf(code)])
      if (text.split(from).length !== 2) notOnce.push(`${code}: ${from}`);
  assert.deepEqual(notOnce, []);
});

test('rules - the test that turns red is there', async () => {
  const absent: string[] = [];
  for (const { test: module, title } of rules) {
    const titles = titlesIn(await sourceOf(module));
    const isThere = titles.some(
      ({ text, isWhole }) => text.startsWith(title) || (!isWhole && title.startsWith(text)),
    );
    if (!isThere) absent.push(`${module}: ${title}`);
  }
  assert.deepEqual(absent, []);
});

/** The titles in a test file; of one that is computed only how it begins. */
function titlesIn(source: string): readonly { readonly text: string; readonly isWhole: boolean }[] {
  return [...source.matchAll(/\btest\(\s*(['"`])(.+?)\1,/gs)].map(([, , title = '']) => {
    const [text = '', ...rest] = title.split('${');
    return { text, isWhole: rest.length === 0 };
  });
}
