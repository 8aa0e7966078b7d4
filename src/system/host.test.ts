import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from './clock.js';
import type { Clock } from './clock.js';
import { fsyncTimes, watchHost } from './host.js';

test('host - what times depend on, and a disk that was really written to', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'host-'));
  context.after(() => rm(folder, { recursive: true }));
  const { facts, end } = await watchHost(folder, systemClock());
  const { cores, memoryBytes, fsyncMedianMs, fsyncMaxMs } = facts;
  assert.ok(Number(cores) >= 1 && Number(memoryBytes) > 1e6);
  assert.ok(Number(fsyncMedianMs) >= 0 && Number(fsyncMaxMs) >= Number(fsyncMedianMs));
  assert.ok('loadOneMinute' in facts && 'hostname' in facts);
  assert.ok('loadOneMinuteAtEnd' in (await end()));
  assert.deepEqual(await readdir(folder), []);
});

test('host - a folder that takes no file has no figure', async () => {
  assert.deepEqual(await fsyncTimes('/nowhere/at/all', systemClock()), {});
});

test('host - the drift of wall time against the run’s own clock, either way', async () => {
  for (const [wallMs, monotonicMs, driftMs] of [
    [60_250, 60_000, 250],
    [59_000, 60_000, -1_000],
    [60_000, 60_000, 0],
  ] as const) {
    let passed = false;
    const clock: Clock = {
      ...systemClock(),
      nowMs: () => (passed ? monotonicMs : 0),
      utc: () => new Date(passed ? wallMs : 0),
    };
    const { end } = await watchHost('/nowhere/at/all', clock);
    passed = true;
    assert.equal((await end()).wallClockDriftMs, driftMs);
  }
});

test('host - how often and how long the cgroup was held back meanwhile, as the nearest one says', async () => {
  const statOf = (periods: number, microseconds: number) =>
    `usage_usec 9\nnr_periods 900\nnr_throttled ${periods}\nthrottled_usec ${microseconds}\n`;
  const looks = [
    ['usage_usec 9\n', statOf(5, 1_000)],
    ['usage_usec 9\n', statOf(12, 41_500)],
  ];
  const { facts, end } = await watchHost('/nowhere/at/all', systemClock(), () =>
    Promise.resolve(looks.shift() ?? []),
  );
  assert.ok(!('cgroupThrottledPeriods' in facts));
  const { cgroupThrottledPeriods, cgroupThrottledMs } = await end();
  assert.deepEqual(
    { cgroupThrottledPeriods, cgroupThrottledMs },
    { cgroupThrottledPeriods: 7, cgroupThrottledMs: 40.5 },
  );
  const silent = await watchHost('/nowhere/at/all', systemClock(), () => Promise.resolve(['', '']));
  assert.ok(!('cgroupThrottledMs' in (await silent.end())));
});
