#!/usr/bin/env node
/**
 * Changes the compiled code that judges and measures, one place at a time, and looks whether the tests notice (Stryker). File
 * by file, for all of it takes hours. Writes a dated table to reports/examples/.
 *
 *   npm run mutants [-- FILE …]           verdict/judge.js …; all where none is named
 *   npm run mutants -- --results FILE     keeps what is found in that file, and leaves out what was found there, unless named
 *   npm run mutants -- --results FILE --table  only writes the table of it
 *
 * Exit code 1 where fewer than 90 % are killed, or a file was not run.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { newestRows } from '../dist/testing/kept-rows.js';
import { markdownTable, writeDated } from './results.mjs';

const leastPercent = 90;
/** Stryker's own, of one file. */
const report = 'reports/mutants.json';

/** What only computes: the rest of `measure` sends requests, and is held by tests that start something. */
const pureMeasure = [
  'ledger',
  'ledger-changes',
  'probe-attempt',
  'rpo',
  'rpo-exposure',
  'rto',
  'rto-route',
  'rto-steady',
  'rto-stream',
  'streams',
  'uncertainty',
];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { results: { type: 'string' }, table: { type: 'boolean', default: false } },
});
const results = options.results ?? join(mkdtempSync(join(tmpdir(), 'kong-drill-mutants-')), 'results.ndjson');
const files = [
  ...readdirSync('dist/verdict')
    .filter((name) => name.endsWith('.js') && !name.endsWith('.test.js'))
    .map((name) => `verdict/${name}`),
  ...pureMeasure.map((name) => `measure/${name}.js`),
].sort();
const unknown = positionals.filter((name) => !files.includes(name));
if (unknown.length > 0) throw new Error(`expected ${files.join(', ')}, got ${unknown.join(', ')}`);

if (!options.table) for (const file of files.filter(isWanted)) mutate(file);
writeTable();

function isWanted(file) {
  return positionals.length > 0 ? positionals.includes(file) : !readRows().some((row) => row.file === file);
}

function readRows() {
  return newestRows(results, ({ file }) => file);
}

function mutate(file) {
  console.log(file);
  rmSync(report, { force: true });
  spawnSync('npx', ['stryker', 'run', '--mutate', `dist/${file}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (!existsSync(report)) return console.error(`${file}: no result`);
  // A file that only declares has no mutants, and no place in the report.
  const { mutants = [] } = JSON.parse(readFileSync(report, 'utf8')).files[`dist/${file}`] ?? {};
  const count = (status) => mutants.filter((mutant) => mutant.status === status).length;
  const row = {
    utc: new Date().toISOString(),
    file,
    killed: count('Killed'),
    timedOut: count('Timeout'),
    survived: count('Survived'),
    uncovered: count('NoCoverage'),
  };
  appendFileSync(results, `${JSON.stringify(row)}\n`);
}

function writeTable() {
  const rows = readRows().sort((one, other) => (one.file < other.file ? -1 : 1));
  const missing = files.filter((file) => !rows.some((row) => row.file === file));
  const all = sumOf(rows);
  const summary = `${percentOf(all)} % of ${totalOf(all)} mutants killed`;
  const file = writeDated('mutants', ({ date, version }) => [
    `# Mutants, ${date}`,
    '',
    `Written by \`npm run mutants\`, kong-drill ${version}: **${summary}** of the code that judges and measures, each a change of one`,
    'place in it. One that no test covers counts as one that survived.',
    '',
    markdownTable(
      ['file', 'mutants', 'killed', 'timed out', 'survived', 'not covered', '%', 'run at'],
      [
        ...rows.map((row) => [...cellsOf(row.file, row), row.utc.slice(0, 16)]),
        ...missing.map((name) => [name, 'not run', '', '', '', '', '', '']),
        [...cellsOf('all', all), ''],
      ],
    ),
  ]);
  console.log(`${file}: ${summary}; not run: ${missing.join(', ') || 'none'}`);
  process.exitCode = percentOf(all) < leastPercent || missing.length > 0 ? 1 : 0;
}

function sumOf(rows) {
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  return Object.fromEntries(['killed', 'timedOut', 'survived', 'uncovered'].map((key) => [key, sum(key)]));
}

function totalOf({ killed, timedOut, survived, uncovered }) {
  return killed + timedOut + survived + uncovered;
}

/** Of a file without a mutant all are killed. */
function percentOf(row) {
  const total = totalOf(row);
  return total === 0 ? 100 : Math.round(((row.killed + row.timedOut) / total) * 1_000) / 10;
}

function cellsOf(name, row) {
  return [name, totalOf(row), row.killed, row.timedOut, row.survived, row.uncovered, percentOf(row)];
}
