#!/usr/bin/env node
/**
 * Attacks every drill that comes with the project and writes a dated table of what each of them saw. Takes hours.
 *
 *   node scripts/sabotage.mjs [DRILL|DRILL/PATH …] [--engine NAME] [--jobs COUNT]
 *                                              on processes, but where they refuse the drill, unless an engine is named
 *   node scripts/sabotage.mjs --results FILE   keeps what is found in that file, and leaves out paths that are there
 *   node scripts/sabotage.mjs --results FILE --table   only writes the table of it
 *
 * Exit code 1 where an attack went unseen, or a path was not attacked. Run after `npm run build`.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { attackNames } from '../dist/sabotage/attacks.js';
import { newestRows } from '../dist/testing/kept-rows.js';
import { shippedDrills } from '../dist/testing/shipped-drills.js';
import { markdownTable, writeDated } from './results.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    engine: { type: 'string' },
    jobs: { type: 'string', default: '3' },
    results: { type: 'string' },
    table: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'kong-drill-sabotage-'));
const results = options.results ?? join(folder, 'results.ndjson');
const paths = shippedDrills
  .map((drill) => ({ ...drill, engine: options.engine ?? engineFor(drill) }))
  .filter(({ refused, engine }) => refused?.on !== engine)
  .flatMap(({ name, paths: own, engine }) =>
    Object.keys(own).map((recovery) => ({ drill: name, recovery, engine })),
  );

if (!options.table) for (const path of paths) if (isWanted(path)) attack(path);
const rows = readResults();
const missing = paths.filter((path) => !rows.some((row) => isOf(row, path)));
writeTable();

function engineFor({ refused }) {
  return refused?.on === 'processes' ? 'containers' : 'processes';
}

function isWanted(path) {
  const { drill, recovery } = path;
  const named =
    positionals.length === 0 || [drill, `${drill}/${recovery}`].some((it) => positionals.includes(it));
  return named && !readResults().some((row) => isOf(row, path));
}

function isOf(row, { drill, recovery, engine }) {
  return row.engine === engine && row.drill === drill && row.recovery === recovery;
}

function attack({ drill, recovery, engine }) {
  const words = [
    '--engine',
    engine,
    '--only',
    recovery,
    '--jobs',
    options.jobs,
    '--out',
    join(folder, 'runs'),
    '--json',
  ];
  const { stdout, status } = spawnSync(
    process.execPath,
    ['dist/cli/main.js', 'sabotage', `drills/${drill}.yaml`, ...words],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1e8 },
  );
  if (stdout === '') return console.error(`${drill}/${recovery}: exit code ${status}, nothing found`);
  for (const result of JSON.parse(stdout))
    for (const row of result.attacks)
      appendFileSync(results, `${JSON.stringify({ drill, engine, ...row })}\n`);
}

/** Of each drill, path and attack the newest. */
function readResults() {
  return newestRows(results, (row) => [row.engine, row.drill, row.recovery, row.attack].join());
}

function writeTable() {
  const shown = rows.filter((row) => paths.some((path) => isOf(row, path)));
  const count = (outcome) => shown.filter((row) => row.outcome === outcome).length;
  const file = writeDated('sabotage', (made) => tableOf(made, shown, count));
  const notRun = missing.map(({ drill, recovery }) => `${drill}/${recovery}`);
  console.log(
    `${file}: ${count('caught')} caught, ${count('unseen')} unseen, ${count('unproven')} unproven, ` +
      `${count('not-applicable')} do not apply; not attacked: ${notRun.join(', ') || 'none'}`,
  );
  process.exitCode = count('unseen') + count('unproven') + missing.length > 0 ? 1 : 0;
}

function tableOf({ date, version }, shown, count) {
  const words = { caught: 'caught', unseen: '**UNSEEN**', 'not-applicable': '–', unproven: '**unproven**' };
  const cellOf = (path, name) => {
    const row = shown.find((it) => isOf(it, path) && it.attack === name);
    return row ? words[row.outcome] : 'not run';
  };
  const by = (name) => shown.filter((row) => row.attack === name && row.outcome === 'caught');
  const withEyes = shown.filter((row) => row.outcome === 'caught' && row.seenBy).length;
  return [
    `# Every drill, sabotaged, ${date}`,
    '',
    `Written by \`node scripts/sabotage.mjs\`, kong-drill ${version}: each recovery path of each drill, once as`,
    'it is and once for each attack of `kong-drill sabotage`. –: does not apply there.',
    '',
    `${count('caught')} attacks caught, ${count('unseen')} unseen, ${count('unproven')} unproven, ${count('not-applicable')} that do not apply.`,
    '',
    markdownTable(
      ['drill', 'engine', 'path', ...attackNames],
      paths.map((path) => [
        path.drill,
        path.engine,
        path.recovery,
        ...attackNames.map((name) => cellOf(path, name)),
      ]),
    ),
    '## What saw each attack',
    '',
    `How many paths, and the objectives that were met without the attack and not with it, most frequent first.`,
    `Which they were is kept of ${withEyes} of the ${count('caught')} attacks.`,
    '',
    markdownTable(
      ['attack', 'caught', 'seen by'],
      attackNames.map((name) => [name, by(name).length, seenBy(by(name))]),
    ),
    '## What was not caught, and why',
    '',
    markdownTable(['drill', 'path', 'attack', 'reason'], othersOf(shown)),
  ];
}

function seenBy(caught) {
  const counts = new Map();
  for (const id of caught.flatMap((row) => row.seenBy ?? [])) counts.set(id, (counts.get(id) ?? 0) + 1);
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  return sorted
    .slice(0, 6)
    .map(([id, times]) => `${id} (${times})`)
    .join(', ');
}

function othersOf(shown) {
  return paths.flatMap((path) =>
    shown
      .filter((row) => isOf(row, path) && row.outcome !== 'caught')
      .map(({ attack, detail }) => [path.drill, path.recovery, attack, detail]),
  );
}
