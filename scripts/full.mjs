#!/usr/bin/env node
/**
 * What CI has no time for: every drill that comes with the project on every engine, its sabotaged twin, the attacks on each of
 * its paths, mutants, and the torture with its soak. Takes hours. Writes dated tables to reports/examples/.
 *
 *   npm run full [-- ENGINE …]            everything, on those engines (processes, containers; both by default)
 *   npm run full -- --results FOLDER      keeps what is found in that folder, and leaves out what was found there as expected
 *   npm run full -- --results FOLDER --table  only writes the tables of it
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { newestRows } from '../dist/testing/kept-rows.js';
import { shippedDrills } from '../dist/testing/shipped-drills.js';
import { markdownTable, writeDated } from './results.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { results: { type: 'string' }, table: { type: 'boolean', default: false } },
});
const engines = positionals.length > 0 ? positionals : ['processes', 'containers'];
const folder = values.results ?? mkdtempSync(join(tmpdir(), 'kong-drill-full-'));
mkdirSync(folder, { recursive: true });
const results = join(folder, 'drills.ndjson');
/** Beside the drills and their twins, each a program of its own with a table of its own. */
const others = [
  ['sabotage', ...(engines.length === 1 ? ['--engine', ...engines] : [])],
  ['mutants'],
  ['torture'],
];

const drillsFailed = !values.table && runDrills() !== 0;
if (!values.table) for (const words of others) runOther(words, 'inherit');
const told = others.map((words) => runOther([...words, '--table'], 'pipe'));

const notRun = { recovery: '', found: 'not run', expected: 'run', detail: '', kong: '' };
const rows = rowsOf(results);
const wrong = rows.filter(({ found, expected }) => found !== expected);
const left = wrong.filter(({ found }) => found === notRun.found);
const summary = `${rows.length - left.length} results, ${wrong.length - left.length} of them not as expected; ${left.length} drills and twins not run`;
const file = writeDated('full', (made) => tables(rows, made));
console.log([`${file}: ${summary}`, ...told.map(({ lines }) => lines.join('\n'))].join('\n'));
process.exitCode = drillsFailed || wrong.length > 0 || told.some(({ status }) => status !== 0) ? 1 : 0;

/** Every full test; those of drills keep each result as it comes. */
function runDrills() {
  const env = { ...process.env, KONG_DRILL_TEST_ENGINES: engines.join(), KONG_DRILL_FULL_RESULTS: results };
  return spawnSync(process.execPath, ['scripts/test.mjs', '.full.test.'], { stdio: 'inherit', env }).status;
}

function runOther([name, ...words], output) {
  const kept = ['--results', join(folder, `${name}.ndjson`)];
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--expose-gc', `scripts/${name}.mjs`, ...words, ...kept],
    { stdio: ['ignore', output, 'inherit'], encoding: 'utf8' },
  );
  return {
    words: [name, ...words].filter((word) => word !== '--table'),
    status,
    lines: (stdout ?? '').split('\n').filter((line) => line !== ''),
  };
}

/** Of each drill, engine and path the newest; what was not run is named as such. */
function rowsOf(path) {
  const found = newestRows(path, placeOf);
  const keys = new Set(found.map(({ what, drill, engine }) => keyOf(what, drill, engine)));
  const missing = engines.flatMap((engine) =>
    shippedDrills.flatMap(({ name, refused }) =>
      (refused?.on === engine ? ['drill'] : ['drill', 'twin'])
        .filter((what) => !keys.has(keyOf(what, name, engine)))
        .map((what) => ({ what, drill: name, engine, ...notRun })),
    ),
  );
  return [...found, ...missing].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

function placeOf({ what, drill, engine, recovery }) {
  return keyOf(what, drill, engine, recovery);
}

function keyOf(...parts) {
  return parts.join('/');
}

function tables(rows, { date, version }) {
  const drills = rows.filter(({ what }) => what === 'drill');
  const twins = rows.filter(({ what }) => what === 'twin');
  return [
    `# Every drill, ${date}`,
    '',
    `Written by \`npm run full\`, kong-drill ${version}: ${summary}. A stand-in for Kong makes a run a rehearsal: its times say nothing of Kong.`,
    '',
    markdownTable(
      ['drill', 'engine', 'Kong', 'recovery path', 'verdict', 'expected', 'RTO'],
      drills.map((row) => [
        row.drill,
        row.engine,
        row.kong,
        row.recovery,
        row.found,
        row.expected,
        row.detail,
      ]),
    ),
    '## Sabotaged twins',
    '',
    'The same drills, attacked from outside: the named case is met without the attack, and not met with it.',
    '',
    markdownTable(
      ['drill', 'engine', 'recovery path', 'turned', 'expected', 'attack'],
      twins.map((row) => [row.drill, row.engine, row.recovery, row.found, row.expected, row.detail]),
    ),
    '## The rest',
    '',
    'Each with a table of its own beside this one.',
    '',
    markdownTable(
      ['what', 'as expected', 'found'],
      told.map(({ words, status, lines }) => [words.join(' '), status === 0 ? 'yes' : 'no', lines.join(' ')]),
    ),
  ];
}
