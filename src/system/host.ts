/** Facts about the machine, recorded because times depend on them. */
import { open, readFile, rm } from 'node:fs/promises';
import { cpus, freemem, hostname, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Clock } from './clock.js';
import { cores } from './environment.js';
import { randomHex } from './random.js';

export type HostFacts = Record<string, string | number | boolean>;

export interface HostWatch {
  /** What is known when a run begins: sizes in bytes, load as the kernel averages it over a minute. */
  readonly facts: HostFacts;
  /** What changed meanwhile: load, throttling, and how far wall time and the run's clock have drifted apart. */
  readonly end: () => Promise<HostFacts>;
}

/**
 * Looks at the machine, and at how long a write to the disk of `folder` takes.
 * @param cpuStats where the cgroup of this process, or one around it, says how it is held back: `cpu.stat` of cgroup v2.
 */
export async function watchHost(
  folder: string,
  clock: Clock,
  cpuStats: () => Promise<readonly string[]> = ownCpuStats,
): Promise<HostWatch> {
  const before = throttlingIn(await cpuStats());
  const began = momentOf(clock);
  const facts = {
    hostname: hostname(),
    platform: `${platform()} ${release()}`,
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cores(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    loadOneMinute: loadOneMinute(),
    ...(await fsyncTimes(folder, clock)),
  };
  const end = async (): Promise<HostFacts> => {
    const after = throttlingIn(await cpuStats());
    const ended = momentOf(clock);
    return {
      loadOneMinuteAtEnd: loadOneMinute(),
      wallClockDriftMs: toHundredths(ended.wallMs - began.wallMs - (ended.monotonicMs - began.monotonicMs)),
      ...(before && after
        ? {
            cgroupThrottledPeriods: after.periods - before.periods,
            cgroupThrottledMs: toHundredths((after.microseconds - before.microseconds) / 1_000),
          }
        : {}),
    };
  };
  return { facts, end };
}

const writes = 15;
const pageBytes = 8_192;

/** Median and longest of some writes of a page that wait for the disk, in milliseconds; nothing where the folder takes none. */
export async function fsyncTimes(folder: string, clock: Clock): Promise<HostFacts> {
  const path = join(folder, `.fsync-${randomHex(4)}`);
  const tookMs: number[] = [];
  try {
    await using file = await open(path, 'w');
    for (let done = 0; done < writes; done += 1) {
      const beganMs = clock.nowMs();
      await file.write(Buffer.alloc(pageBytes, done));
      await file.datasync();
      tookMs.push(clock.nowMs() - beganMs);
    }
  } catch {
    return {};
  } finally {
    await rm(path, { force: true });
  }
  const sorted = tookMs.toSorted((a, b) => a - b);
  return {
    fsyncMedianMs: toHundredths(sorted[Math.floor(writes / 2)] ?? 0),
    fsyncMaxMs: toHundredths(sorted.at(-1) ?? 0),
  };
}

/** What the machine has for those that want to run side by side. */
export function machineRoom(): { cores: number; freeMemoryBytes: number } {
  return { cores: cores(), freeMemoryBytes: freemem() };
}

interface Throttling {
  readonly periods: number;
  readonly microseconds: number;
}

/** Of the cgroup of this process and of the root, nearest first; empty where there is no cgroup v2. */
async function ownCpuStats(): Promise<readonly string[]> {
  const own = /^0::(\/.*)$/m.exec(await readFile('/proc/self/cgroup', 'utf8').catch(() => ''))?.[1] ?? '/';
  const stats = [own, '/'].map((group) => join('/sys/fs/cgroup', group, 'cpu.stat'));
  return Promise.all(stats.map((path) => readFile(path, 'utf8').catch(() => '')));
}

/** How often, and how long, it has been held back; `undefined` where none says so. */
function throttlingIn(stats: readonly string[]): Throttling | undefined {
  for (const stat of stats) {
    const periods = /^nr_throttled (\d+)$/m.exec(stat)?.[1];
    const microseconds = /^throttled_usec (\d+)$/m.exec(stat)?.[1];
    if (periods !== undefined && microseconds !== undefined)
      return { periods: Number(periods), microseconds: Number(microseconds) };
  }
  return undefined;
}

function momentOf(clock: Clock): { readonly wallMs: number; readonly monotonicMs: number } {
  return { wallMs: clock.utc().getTime(), monotonicMs: clock.nowMs() };
}

function loadOneMinute(): number {
  return toHundredths(loadavg()[0] ?? 0);
}

function toHundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
