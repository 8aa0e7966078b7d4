#!/usr/bin/env node
/**
 * Everything that tries to break kong-drill: what was tried, what survived it, and what leaked or was judged wrongly. Writes a
 * dated report to reports/examples/. The last line is `N inputs tried, N faults survived, N leaks found, N verdicts wrong`;
 * exit code 1 where anything leaked or was wrong, or a part was not run.
 *
 *   npm run torture [-- PART …]                 fuzz, evidence, secrets, ownership, machine, engine, kills,
 *                                               soak; all where none is named
 *   npm run torture -- --short                  a minute of it, without a report
 *   npm run torture -- --results FILE           keeps what is found in that file, and leaves out what was found there; whatever
 *                                               was judged wrongly, or left anything, is kept in torture-wrong/ beside it
 *   npm run torture -- --results FILE --table   only writes the report of it
 *   npm run torture -- --pause-while FILE       ends what runs, and starts nothing, as long as there is such a file
 */
import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { newestRows } from '../dist/testing/kept-rows.js';
import { tortureParts } from './torture/parts.mjs';
import { figuresOf, writeReport } from './torture/report.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    results: { type: 'string' },
    short: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
    seed: { type: 'string', default: '20261126' },
    'pause-while': { type: 'string' },
  },
});
const chosen = positionals.length > 0 ? positionals : Object.keys(tortureParts);
const unknown = chosen.filter((part) => !(part in tortureParts));
if (unknown.length > 0) throw new Error(`expected ${Object.keys(tortureParts)}, got ${unknown}`);
const ownFolder = mkdtempSync(join(tmpdir(), 'kong-torture-'));
const results = options.results ?? join(ownFolder, 'results.ndjson');
const readRows = () => newestRows(results, ({ part, name }) => `${part}/${name}`);

/** Of a line: an input that broke something may be a whole journal; all of it is in the results. */
const longest = 1_000;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort(new Error(signal)));
if (!options.table) for (const part of chosen) await untilRun(part);
const rows = readRows().filter(({ part }) => chosen.includes(part));
const figures = figuresOf(rows);
if (!options.short) console.log(writeReport(rows, chosen));
const notRun = options.short ? [] : chosen.filter((part) => !rows.some((row) => row.part === part));
console.log(figures.sentence + (notRun.length > 0 ? `; not run: ${notRun.join(', ')}` : ''));
for (const line of figures.bad) console.log(`  ${line.slice(0, longest)}`);
if (figures.bad.length > 0) console.log(`kept in ${dirname(results)}`);
if (options.results === undefined && figures.bad.length === 0)
  rmSync(ownFolder, { recursive: true, force: true });
process.exit(stop.signal.aborted || figures.bad.length + notRun.length > 0 ? 1 : 0);

/** Runs a part; where it has to make room, it is ended and taken up again afterwards. */
async function untilRun(part) {
  while (!stop.signal.aborted) {
    await room();
    const pause = new AbortController();
    const watch = setInterval(() => isWanted() && pause.abort(new Error('paused')), 500);
    try {
      await tortureParts[part]({
        short: options.short,
        seed: Number(options.seed),
        signal: AbortSignal.any([stop.signal, pause.signal]),
        isDone: (name) => readRows().some((row) => row.part === part && row.name === name),
        keep: (row) => keep({ part, ...row }),
        keepWrongIn: join(dirname(results), 'torture-wrong'),
      });
      return;
    } catch (error) {
      if (!pause.signal.aborted && !stop.signal.aborted) throw error;
    } finally {
      clearInterval(watch);
    }
  }
}

function isWanted() {
  return options['pause-while'] !== undefined && existsSync(options['pause-while']);
}

async function room() {
  while (isWanted() && !stop.signal.aborted) await sleep(1_000);
}

function keep(row) {
  const whole = { utc: new Date().toISOString(), load: Math.round(loadavg()[0]), ...row };
  appendFileSync(results, `${JSON.stringify(whole)}\n`);
  const outcome = [...row.wrong, ...row.leaks].join('; ') || 'as expected';
  console.log(
    `${whole.utc} ${row.part}: ${row.name}: ${outcome.slice(0, longest)} (${row.seconds} s) ${row.detail}`,
  );
}
