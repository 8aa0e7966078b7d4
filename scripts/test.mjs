#!/usr/bin/env node
/**
 * Runs the tests on the compiled output: first the quick ones side by side, then those that start real programs, one
 * file after another, because they measure time. Arguments are parts of file names to choose by. The last line is
 * `N passed, N failed, N skipped`.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const chosen = process.argv.slice(2);
// Every shipped drill, end to end, takes longer than CI may: name the file to run it.
const wanted = testFiles('dist').filter((file) => chosen.length > 0 || !file.endsWith('.full.test.js'));
const all = wanted.filter((file) => chosen.length === 0 || chosen.some((part) => file.includes(part)));
const live = all.filter((file) => file.endsWith('.live.test.js'));
const quick = all.filter((file) => !file.endsWith('.live.test.js'));

const counts = { passed: 0, failed: 0, skipped: 0 };
await runFiles(quick, 2);
await runFiles(live, 1);
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

async function runFiles(files, concurrency) {
  if (files.length === 0) return;
  const events = run({ files, concurrency, timeout: 900_000 });
  events.on('test:pass', (event) => count(event, event.skip || event.todo ? 'skipped' : 'passed'));
  events.on('test:fail', (event) => count(event, 'failed'));
  await new Promise((resolve) =>
    events.compose(new spec()).on('end', resolve).pipe(process.stdout, { end: false }),
  );
}

/** A suite counts through its tests only, unless it failed by itself. */
function count({ details }, outcome) {
  if (details.type === 'suite' && outcome !== 'failed') return;
  counts[outcome] += 1;
}

function testFiles(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.js'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
