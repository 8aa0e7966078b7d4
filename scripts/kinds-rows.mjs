#!/usr/bin/env node
/**
 * Removes each row of the table of entity kinds in turn, and runs the tests of parity that need nothing but Node.
 *
 *   npm run build && node scripts/kinds-rows.mjs [ROW …]
 *
 * Prints the tests that each row's absence turns red. Exit status 1 where a row is missed by no test, or by the one alone that
 * lists the rows: such a row means nothing to the product.
 */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { kinds } from '../dist/parity/kinds.js';

const theList = 'kinds - each row is needed: the whole list, in dependency order';
const folders = ['parity', 'parity/behaviour', 'parity/dump'];
const tests = folders.flatMap((folder) =>
  readdirSync(`dist/${folder}`)
    .filter((name) => name.endsWith('.test.js') && !name.endsWith('.live.test.js'))
    .map((name) => `dist/${folder}/${name}`),
);

const asked = process.argv.slice(2);
const rows = kinds.map(({ name }) => name).filter((name) => asked.length === 0 || asked.includes(name));
const weak = [];
for (const row of rows) {
  const red = await redWithout(row);
  if (red.every((name) => name === theList)) weak.push(row);
  console.log(`${row}: ${red.length === 0 ? 'NOTHING' : red.join(' | ')}`);
}
console.log(`${rows.length} rows, ${rows.length - weak.length} missed by more than the list of rows`);
if (weak.length > 0) console.log(`by the list alone, or by nothing: ${weak.join(', ')}`);
process.exitCode = weak.length === 0 ? 0 : 1;

/** The names of the tests that fail where the compiled table lacks the row. */
async function redWithout(row) {
  const args = ['--import', hook(row), '--test', '--test-reporter', 'tap', ...tests];
  const environment = { ...process.env, KONG_DRILL_CASES: '50' };
  const run = await promisify(execFile)(process.execPath, args, {
    env: environment,
    maxBuffer: 1 << 28,
  }).catch((failed) => failed);
  return [...run.stdout.matchAll(/^not ok \d+ - (.*)$/gm)].map(([, name]) => name);
}

/** A module loader that takes the row out of the table as it is loaded. */
function hook(row) {
  const load = `export async function load(url, context, next) {
    const loaded = await next(url, context);
    if (!url.endsWith('/dist/parity/kinds.js')) return loaded;
    const source = String(loaded.source).replace(/^export const kinds = (.*);$/m, 'export const kinds = $1.filter(({ name }) => name !== ${JSON.stringify(row)});');
    if (source === String(loaded.source)) throw new Error('the table was not found in kinds.js');
    return { ...loaded, source };
  }`;
  const url = (text) => `data:text/javascript,${encodeURIComponent(text)}`;
  return url(`import { register } from 'node:module'; register(${JSON.stringify(url(load))});`);
}
