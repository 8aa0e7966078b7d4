/** The soak: hundreds of drills in a row, several at a time, a fault in a third of them; nothing may stay, nothing may grow. */
import { readdir, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { EngineName } from '../../engine/engine.js';
import { enginesToTest, whyNot } from '../engines.js';
import { seeded } from '../sealed-run.js';
import { faultsOn } from './soak-drills.js';
import type { SoakFault } from './soak-drills.js';
import { runSoakDrill } from './soak-run.js';
import type { SoakRound } from './soak-run.js';
import type { TortureRow } from './row.js';

export interface SoakOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Drills at a time. */
  readonly atATime: number;
  /** Drills from one standstill to the next, at which memory and descriptors are counted. */
  readonly stretch: number;
  /** Rounds that were done before. */
  readonly isDone: (name: string) => boolean;
  readonly keep: (row: TortureRow) => void;
  /** Where all that a round wrote is kept, if it was judged wrongly or left anything behind. */
  readonly keepWrongIn: string;
  /** Ends it: what runs is ended in order and not counted. */
  readonly signal: AbortSignal;
}

/**
 * Whatever the seed says: every third round has a fault, every fourth is on containers where they can be had, and on each engine each
 * fault comes once before one comes twice.
 */
export function roundsBySeed(
  count: number,
  seed: number,
  engines: readonly EngineName[],
): readonly SoakRound[] {
  const random = seeded(seed);
  const left: Record<EngineName, SoakFault[]> = { processes: [], containers: [] };
  return Array.from({ length: count }, (_, number) => {
    const engine = number % 4 === 2 && engines.includes('containers') ? 'containers' : 'processes';
    if (number % 3 !== 2) return { number, engine };
    if (left[engine].length === 0) left[engine] = [...faultsOn(engine)];
    const [fault] = left[engine].splice(random(left[engine].length), 1);
    return { number, engine, ...(fault && { fault }) };
  });
}

/** @throws the signal's reason. */
export async function soak(options: SoakOptions): Promise<void> {
  const { rounds, seed, atATime, stretch, isDone, keep } = options;
  const missing = enginesToTest().includes('containers') ? await whyNot('containers') : 'not to be tested';
  if (missing !== undefined) keep({ ...blank, name: 'containers', detail: `not run here: ${missing}` });
  const engines: readonly EngineName[] = missing === undefined ? ['processes', 'containers'] : ['processes'];
  const open = roundsBySeed(rounds, seed, engines).filter((round) => !isDone(nameOf(round)));
  const limit = pLimit(atATime);
  let first: Standstill | undefined;
  for (let from = 0; from < open.length; from += stretch) {
    const stretchOfRounds = open.slice(from, from + stretch);
    await Promise.all(stretchOfRounds.map((round) => limit(() => oneRound(round, options))));
    const now = await standstill(first);
    keep(standstillRow(`standstill after ${stretchOfRounds.at(-1)?.number ?? ''}`, now, first));
    // What is loaded once stays: growth is measured from the first standstill on.
    first ??= now;
  }
}

/** Nothing found, until something is. */
const blank = { inputs: 0, faults: 0, leaks: [], wrong: [], seconds: 0, detail: '' };

async function oneRound(round: SoakRound, { keep, keepWrongIn, signal }: SoakOptions): Promise<void> {
  signal.throwIfAborted();
  const began = performance.now();
  const { leaks, wrong } = await runSoakDrill(round, { keepWrongIn, signal });
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  keep({ ...blank, name: nameOf(round), faults: round.fault ? 1 : 0, leaks, wrong, seconds });
}

function nameOf({ number, engine, fault }: SoakRound): string {
  return `${number + 1} ${fault?.name ?? 'sound'}, ${engine}`;
}

interface Standstill {
  readonly heapMiB: number;
  readonly residentMiB: number;
  readonly descriptors: readonly string[];
  readonly servers: number;
  readonly files: readonly string[];
}

/** What this process holds while no drill runs; connections that are kept alive for a while are waited for. */
async function standstill(first: Standstill | undefined): Promise<Standstill> {
  for (let waits = 0; ; waits += 1) {
    global.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    const found: Standstill = {
      heapMiB: heapUsed / 2 ** 20,
      residentMiB: rss / 2 ** 20,
      descriptors: await descriptors(),
      servers: process.getActiveResourcesInfo().filter((one) => one.includes('ServerWrap')).length,
      files: await readdir(tmpdir()),
    };
    const isQuiet = found.descriptors.length <= (first ?? found).descriptors.length && waits > 5;
    if (isQuiet || waits === 30) return found;
    await sleep(1_000);
  }
}

async function descriptors(): Promise<string[]> {
  const numbers = await readdir('/proc/self/fd');
  const links = await Promise.all(numbers.map((one) => readlink(`/proc/self/fd/${one}`).catch(() => '')));
  return links.filter((link) => link !== '');
}

const heapGrowthMiB = 12;

function standstillRow(name: string, now: Standstill, first: Standstill = now): TortureRow {
  const leaks = [...now.files.map((file) => `temporary file ${file}`)];
  if (now.servers > 0) leaks.push(`${now.servers} listening sockets`);
  if (now.descriptors.length > first.descriptors.length)
    leaks.push(
      `${now.descriptors.length} descriptors, ${first.descriptors.length} at first: ${now.descriptors.join(' ')}`,
    );
  if (now.heapMiB > first.heapMiB + heapGrowthMiB)
    leaks.push(`a heap of ${now.heapMiB.toFixed(0)} MiB, ${first.heapMiB.toFixed(0)} at first`);
  const detail = `heap ${now.heapMiB.toFixed(1)} MiB, resident ${now.residentMiB.toFixed(0)} MiB, ${now.descriptors.length} descriptors`;
  return { ...blank, name, leaks, detail };
}
