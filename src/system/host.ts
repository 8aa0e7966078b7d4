/** Facts about the machine, recorded because times depend on them. */
import { readFile } from 'node:fs/promises';
import { cpus, freemem, hostname, loadavg, platform, release, totalmem } from 'node:os';
import { cores } from './environment.js';

export type HostFacts = Record<string, string | number | boolean>;

/** What can be known without asking anyone: sizes in bytes, load as the kernel averages it over a minute. */
export async function hostFacts(): Promise<HostFacts> {
  const throttled = await throttledPeriods();
  return {
    hostname: hostname(),
    platform: `${platform()} ${release()}`,
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cores(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    loadOneMinute: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    ...(throttled === undefined ? {} : { cgroupThrottledPeriods: throttled }),
  };
}

/** How often the cgroup of this process has been held back; `undefined` where no cgroup v2 says so. */
async function throttledPeriods(): Promise<number | undefined> {
  const stat = await readFile('/sys/fs/cgroup/cpu.stat', 'utf8').catch(() => '');
  const found = /^nr_throttled (\d+)$/m.exec(stat)?.[1];
  return found === undefined ? undefined : Number(found);
}
