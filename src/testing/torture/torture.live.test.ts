/** A minute of the torture, as CI runs it: the command itself, with every part that is short enough. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../../system/command.js';
import { faultsBySeed } from './soak.js';
import { soakFaults } from './soak-drills.js';

test('torture - a short one finds no leak and no wrong verdict', { timeout: 600_000 }, async () => {
  const script = join(import.meta.dirname, '../../../scripts/torture.mjs');
  const { ok, stdout, stderr } = await runCommand([process.execPath, '--expose-gc', script, '--short']);
  assert.ok(ok, stdout + stderr);
  const [, inputs, faults] =
    /(\d+) inputs tried, (\d+) faults survived, 0 leaks found, 0 verdicts wrong/.exec(stdout) ?? [];
  assert.ok(Number(inputs) >= 500, stdout);
  assert.ok(Number(faults) >= 1, stdout);
});

test('soak - a third of the drills has a fault, each fault as often as another', () => {
  const faults = faultsBySeed(300, 7);
  const counts = soakFaults.map((fault) => faults.filter((one) => one === fault).length);
  assert.equal(
    counts.reduce((sum, count) => sum + count),
    100,
  );
  assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, counts.join());
  assert.notDeepEqual(faultsBySeed(300, 8), faults);
});
