#!/usr/bin/env node
// Measures what users wait for before anything runs, in whole processes; fails where a limit is exceeded.
// Run after `npm run build`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const drills = fileURLToPath(new URL('../drills/', import.meta.url));

const results = [validateThousand(), helpText()];
for (const { title, measured, limit, isMet } of results)
  console.log(`${isMet ? 'ok  ' : 'SLOW'} ${title}: ${measured} (limit ${limit})`);
process.exit(results.every(({ isMet }) => isMet) ? 0 : 1);

/** `validate` on 1,000 drill files; the best of 3, since other work on the machine only ever adds. */
function validateThousand() {
  const limitMs = 2_500;
  const folder = mkdtempSync(join(tmpdir(), 'kong-drill-bench-'));
  try {
    const sample = readFileSync(join(drills, 'postgres-lost.yaml'), 'utf8').replaceAll(
      'fixtures/shop',
      'fixtures',
    );
    mkdirSync(join(folder, 'fixtures'));
    for (let number = 0; number < 1_000; number += 1)
      writeFileSync(
        join(folder, `drill-${number}.yaml`),
        sample.replace(/^name: .*$/m, `name: drill-${number}`),
      );
    const times = Array.from({ length: 3 }, () => timeOf([cli, 'validate', folder]));
    const best = Math.min(...times);
    return {
      title: 'validate on 1,000 drill files',
      measured: `${(best / 1_000).toFixed(2)} s (${times.map((ms) => (ms / 1_000).toFixed(2)).join(', ')})`,
      limit: `${limitMs / 1_000} s`,
      isMet: best < limitMs,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `--help` against a Node that does nothing; taken in turns, so that both see the same machine. */
function helpText() {
  const limit = 3;
  const rounds = 20;
  const help = [];
  const nothing = [];
  for (let round = 0; round < rounds; round += 1) {
    nothing.push(timeOf(['-e', '0']));
    help.push(timeOf([cli, '--help']));
  }
  const ratio = median(help) / median(nothing);
  return {
    title: '--help, median of 20',
    measured: `${median(help).toFixed(0)} ms, ${ratio.toFixed(2)} times node -e 0 (${median(nothing).toFixed(0)} ms)`,
    limit: `${limit} times`,
    isMet: ratio <= limit,
  };
}

function timeOf(args) {
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  if (status !== 0) throw new Error(`node ${args.join(' ')}: exit ${status}\n${stderr}`);
  return ms;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle - 0.5)] + sorted[Math.ceil(middle - 0.5)]) / 2;
}
