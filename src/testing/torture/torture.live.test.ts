/** A minute of the torture, as CI runs it: the command itself, with every part that is short enough. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../../system/command.js';
import { roundsBySeed } from './soak.js';
import { faultsOn } from './soak-drills.js';

test('torture - a short one finds no leak and no wrong verdict', { timeout: 600_000 }, async () => {
  const script = join(import.meta.dirname, '../../../scripts/torture.mjs');
  const { ok, stdout, stderr } = await runCommand([process.execPath, '--expose-gc', script, '--short']);
  assert.ok(ok, stdout + stderr);
  const [, inputs, faults] =
    /(\d+) inputs tried, (\d+) faults survived, 0 leaks found, 0 verdicts wrong/.exec(stdout) ?? [];
  assert.ok(Number(inputs) >= 500, stdout);
  assert.ok(Number(faults) >= 1, stdout);
});

test('soak - every fourth drill is on containers, and on each engine a third has a fault, each as often as another', () => {
  const rounds = roundsBySeed(300, 7, ['processes', 'containers']);
  for (const [engine, drills] of [
    ['processes', 225],
    ['containers', 75],
  ] as const) {
    const own = rounds.filter((round) => round.engine === engine);
    const counts = faultsOn(engine).map((fault) => own.filter((round) => round.fault === fault).length);
    assert.deepEqual([own.length, counts.reduce((sum, count) => sum + count)], [drills, drills / 3]);
    assert.ok(Math.min(...counts) >= 1 && Math.max(...counts) - Math.min(...counts) <= 1, counts.join());
  }
  assert.notDeepEqual(roundsBySeed(300, 8, ['processes', 'containers']), rounds);
  assert.ok(roundsBySeed(300, 7, ['processes']).every(({ engine }) => engine === 'processes'));
});
