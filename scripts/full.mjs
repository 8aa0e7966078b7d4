#!/usr/bin/env node
/**
 * Every drill that comes with the project, on every engine that this machine has; takes half an hour an engine, so it is not
 * part of CI. Writes a dated table to reports/examples/. Arguments: engines (`processes`, `containers`); both by default.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const engines = process.argv.length > 2 ? process.argv.slice(2) : ['processes', 'containers'];
const drills = readdirSync('drills').filter((name) => name.endsWith('.yaml'));
const out = mkdtempSync(join(tmpdir(), 'kong-drill-full-'));
const rows = [];

for (const engine of engines) {
  for (const drill of drills) {
    const words = ['run', join('drills', drill), '--engine', engine, '--skip-unavailable', '--quiet'];
    const { status } = spawnSync(
      process.execPath,
      ['dist/cli/main.js', ...words, '--out', join(out, engine)],
      {
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    rows.push(...rowsOf(drill.replace('.yaml', ''), engine, status));
  }
}

const date = new Date().toISOString().slice(0, 10);
const file = join('reports', 'examples', `full-${date}.md`);
mkdirSync(join('reports', 'examples'), { recursive: true });
writeFileSync(file, table(date));
rmSync(out, { recursive: true });
console.log(`${file}: ${rows.length} paths`);

function rowsOf(name, engine, status) {
  const result = resultOf(name, engine);
  if (!result) return [[name, engine, '', `not run (exit ${status})`, '', '']];
  const paths = result.paths.map(({ recovery, verdict }) => {
    const [first] = result.cases.filter((one) => one.recovery === recovery);
    const clocks = first?.clocks.map(({ clock, rto }) => `${clock} ${interval(rto)}`).join(', ') ?? '';
    return [name, engine, recovery, verdict, clocks, result.rehearsal ? 'rehearsal' : 'real'];
  });
  const skipped = result.skipped.map(({ recovery, reason }) => [
    name,
    engine,
    recovery,
    `skipped: ${reason}`,
    '',
    '',
  ]);
  return [...paths, ...skipped];
}

function resultOf(name, engine) {
  try {
    return JSON.parse(readFileSync(join(out, engine, name, 'latest', 'result.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

function interval(rto) {
  if (!rto) return '–';
  const seconds = (ms) => (ms / 1_000).toFixed(2);
  return rto.upperMs === null
    ? `over ${seconds(rto.lowerMs)} s`
    : `${seconds(rto.lowerMs)}–${seconds(rto.upperMs)} s`;
}

function table(date) {
  const head = ['drill', 'engine', 'recovery path', 'verdict', 'RTO', 'Kong'];
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  return [`# Every drill, ${date}`, '', 'Written by `npm run full`.', '', ...lines, ''].join('\n');
}
