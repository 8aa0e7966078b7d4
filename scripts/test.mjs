#!/usr/bin/env node
/**
 * Runs the tests on the compiled output: first the quick ones, two files at a time, then those that start real programs, one
 * file after another where they measure time or look at all that runs here. Full ones take hours, and no limit but their own.
 * Arguments are parts of file names to choose by. The files that took longest are named; the last line is `N passed, N failed,
 * N skipped`.
 */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const chosen = process.argv.slice(2);
// Every shipped drill, end to end, takes longer than CI may: name the file to run it.
const isFull = (file) => file.endsWith('.full.test.js');
/** They measure no time, and what they start is nobody else's: ports, folders, databases. */
const isApart = (file) => /^dist\/(?:parity|report|standin)\//.test(file);
const isLive = (file) => file.endsWith('.live.test.js');
const wanted = testFiles('dist').filter((file) => chosen.length > 0 || !isFull(file));
const all = wanted.filter((file) => chosen.length === 0 || chosen.some((part) => file.includes(part)));
const quick = all.filter((file) => !isLive(file) && !isFull(file));

const counts = { passed: 0, failed: 0, skipped: 0 };
/** File → milliseconds, without the start of its process. */
const durations = new Map();
await runFiles(quick, { concurrency: 2, timeout: 300_000 });
await runFiles(all.filter(isLive).filter(isApart), { concurrency: 2, timeout: 900_000 });
await runFiles(
  all.filter(isLive).filter((file) => !isApart(file)),
  { concurrency: 1, timeout: 900_000 },
);
await runFiles(all.filter(isFull), { concurrency: 1 });
nameSlowest(10);
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

async function runFiles(files, options) {
  if (files.length === 0) return;
  const events = run({ files, ...options });
  events.on('test:pass', (event) => count(event, event.skip || event.todo ? 'skipped' : 'passed'));
  events.on('test:fail', (event) => count(event, 'failed'));
  await new Promise((resolve) =>
    events.compose(new spec()).on('end', resolve).pipe(process.stdout, { end: false }),
  );
}

/** A suite counts through its tests only, unless it failed by itself. */
function count({ details, file, nesting }, outcome) {
  if (nesting === 0 && file) durations.set(file, (durations.get(file) ?? 0) + details.duration_ms);
  if (details.type === 'suite' && outcome !== 'failed') return;
  counts[outcome] += 1;
}

function nameSlowest(most) {
  const slowest = [...durations].sort(([, one], [, other]) => other - one).slice(0, most);
  for (const [file, ms] of slowest)
    console.log(`${(ms / 1_000).toFixed(1).padStart(7)} s  ${relative('dist', file)}`);
}

function testFiles(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.js'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
