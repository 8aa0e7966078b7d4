/**
 * The index of runs: one line for each beginning and each end, every line holding the hash of the line before and its own. A run
 * that is left out, taken out or moved breaks the chain; one that has no end is a finding.
 */
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillError, messageOf } from '../model/drill-error.js';
import { namePattern } from '../model/drill-terms.js';
import { verdictWords } from '../model/verdict.js';
import type { Verdict } from '../model/verdict.js';
import type { Clock } from '../system/clock.js';
import { codeOf, sha256 } from '../system/files.js';
import { randomHex } from '../system/random.js';

export const indexFileName = 'index.ndjson';
/** What the first line holds in place of a hash. */
export const noLineBefore = '0'.repeat(64);

interface RunLine {
  readonly runId: string;
  readonly drill: string;
  /** The folder of the run, relative to the folder of the index, with `/`. */
  readonly folder: string;
  readonly utc: string;
}

export type IndexEntry =
  | (RunLine & { readonly event: 'started'; readonly drillSha256: string; readonly trigger: string })
  | (RunLine & {
      readonly event: 'ended';
      readonly verdict: Verdict;
      readonly exitCode: number;
      readonly rehearsal: boolean;
      readonly manifestSha256: string;
    })
  | (RunLine & {
      readonly event: 'signed-off';
      /** Name of its file in the run's folder of notes. */
      readonly note: string;
      readonly noteSha256: string;
    });

export interface IndexFault {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

export interface RunIndex {
  /** As they stand there, each the proof of all before it. */
  readonly lines: readonly string[];
  readonly entries: readonly IndexEntry[];
  readonly faults: readonly IndexFault[];
}

/**
 * Appends one line and forces it onto the disk; several runners on one machine may do so at once.
 * @returns the line.
 * @throws DrillError `engine` where the index cannot be written or stays locked.
 */
export async function appendToIndex(reportsFolder: string, entry: IndexEntry, clock: Clock): Promise<string> {
  const file = join(reportsFolder, indexFileName);
  const unlock = await lock(`${file}.lock`, clock);
  try {
    const text = await readOrEmpty(file);
    const last = linesOf(text).at(-1);
    const line = sealedLine({ previous: last === undefined ? noLineBefore : sha256(last), ...entry });
    // A line that a killed runner tore off is closed, and stays: it is part of the record.
    const lead = text === '' || text.endsWith('\n') ? '' : '\n';
    await appendDurably(file, `${lead}${line}\n`);
    return line;
  } catch (error) {
    throw new DrillError(
      'engine',
      `the index of runs ${file} cannot be written: ${messageOf(error)}`,
      'a run that is not in the index is no evidence: make the folder writable',
      { cause: error },
    );
  } finally {
    await unlock();
  }
}

/** The whole index, and everything that is wrong with it; empty where there is none. */
export async function readIndex(reportsFolder: string): Promise<RunIndex> {
  return checkIndex(await readOrEmpty(join(reportsFolder, indexFileName)));
}

export function checkIndex(text: string): RunIndex {
  const entries: IndexEntry[] = [];
  const faults: IndexFault[] = [];
  let before = noLineBefore;
  const lines = linesOf(text);
  for (const [place, line] of lines.entries()) {
    const parsed = parseLine(line);
    if (!parsed) faults.push({ line: place + 1, message: 'is no line of an index (torn, or changed)' });
    else {
      if (parsed.previous !== before) {
        faults.push({
          line: place + 1,
          message: 'does not follow from the line before: something was changed, moved or taken out',
        });
      }
      entries.push(parsed.entry);
    }
    before = sha256(line);
  }
  if (text !== '' && !text.endsWith('\n')) faults.push({ line: lines.length, message: 'is torn off' });
  return { lines, entries, faults };
}

/** Runs that began and never ended: killed, still running, or hidden. */
export function runsWithoutEnd({ entries }: RunIndex): readonly IndexEntry[] {
  const ended = new Set(entries.filter((it) => it.event === 'ended').map((it) => it.runId));
  return entries.filter((it) => it.event === 'started' && !ended.has(it.runId));
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** The last line has none after it that would hold its hash: so each holds its own too. */
function sealedLine(content: object): string {
  const body = JSON.stringify(content);
  return `${body.slice(0, -1)},"sha256":"${sha256(body)}"}`;
}

function parseLine(line: string): { previous: string; entry: IndexEntry } | undefined {
  const [, start, digest] = /^(.*),"sha256":"([0-9a-f]{64})"\}$/.exec(line) ?? [];
  const body = `${start ?? ''}}`;
  if (digest !== sha256(body)) return undefined;
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return undefined;
    const { previous, ...entry } = value as Record<string, unknown>;
    return typeof previous === 'string' && isEntry(entry) ? { previous, entry } : undefined;
  } catch {
    return undefined;
  }
}

const textsOfAll = ['runId', 'drill', 'folder', 'utc'];
const textsOf: Readonly<Record<IndexEntry['event'], readonly string[]>> = {
  started: ['drillSha256', 'trigger'],
  ended: ['manifestSha256'],
  'signed-off': ['note', 'noteSha256'],
};

function isEntry(value: Record<string, unknown>): value is Record<string, unknown> & IndexEntry {
  const own = Object.entries(textsOf).find(([event]) => event === value.event)?.[1];
  if (!own || ![...textsOfAll, ...own].every((key) => typeof value[key] === 'string')) return false;
  if (!isPlaceOfRun(value.folder) || !isName.test(String(value.drill))) return false;
  return (
    value.event !== 'ended' ||
    (verdictWords.some((word) => word === value.verdict) &&
      typeof value.exitCode === 'number' &&
      typeof value.rehearsal === 'boolean')
  );
}

const isName = new RegExp(namePattern);

/** `<drill>/<start>` and nothing else: a line of somebody's must not lead out of the reports. */
function isPlaceOfRun(folder: unknown): boolean {
  const parts = String(folder).split('/');
  return parts.length === 2 && parts.every((part) => !/^\.{0,2}$|[\\\0]/.test(part));
}

async function readOrEmpty(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

async function appendDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'a');
  try {
    await handle.appendFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const lockLimitMs = 10_000;
const staleLockMs = 30_000;

/** A lock is a file that only one can make. One that was left by a killed runner is set aside after a while. */
async function lock(file: string, clock: Clock): Promise<() => Promise<void>> {
  const deadlineMs = clock.nowMs() + lockLimitMs + staleLockMs;
  for (;;) {
    try {
      await (await open(file, 'wx')).close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || clock.nowMs() > deadlineMs) {
        throw new DrillError(
          'engine',
          `the index of runs cannot be locked: ${messageOf(error)}`,
          `if no other run is going on, remove ${file}`,
          { cause: error },
        );
      }
    }
    await setAsideIfStale(file, clock);
    await clock.sleep(20);
  }
}

async function setAsideIfStale(file: string, clock: Clock): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (!found || clock.utc().getTime() - found.mtimeMs < staleLockMs) return;
  const aside = `${file}.${randomHex(4)}`;
  // Renaming succeeds for one of those who try; the others find it gone.
  await rename(file, aside).catch(() => undefined);
  await rm(aside, { force: true });
}
