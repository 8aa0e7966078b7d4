/** Where a run's evidence lies, `<reports>/<drill>/<UTC start>/`, from its line in the index to its seal. */
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RunResult } from '../model/verdict.js';
import type { Clock } from '../system/clock.js';
import { codeOf, writeWhole } from '../system/files.js';
import { randomHex } from '../system/random.js';
import { writeManifest } from './manifest.js';
import { appendToIndex } from './run-index.js';
import { runNameOf } from './run-place.js';
import { signManifest } from './signature.js';

/** The run's line in the index, kept in its folder, and so under its signature: it proves every run that began before. */
export const indexLineFileName = 'index-line.json';

export interface RunStart {
  readonly reportsFolder: string;
  readonly runId: string;
  readonly drill: { readonly name: string; readonly sha256: string };
  readonly trigger: string;
  readonly startedUtc: Date;
  readonly clock: Clock;
}

export interface RunFolder {
  readonly start: RunStart;
  readonly folder: string;
}

/**
 * Enters the run into the index, before anything of it starts, and makes its folder.
 * @throws DrillError `engine` where the index cannot be written.
 */
export async function openRunFolder(start: RunStart): Promise<RunFolder> {
  const { reportsFolder, runId, drill, trigger, startedUtc, clock } = start;
  await mkdir(join(reportsFolder, drill.name), { recursive: true });
  const folder = await makeFolder(join(reportsFolder, drill.name, stampOf(startedUtc)));
  const line = await appendToIndex(
    reportsFolder,
    {
      event: 'started',
      runId,
      drill: drill.name,
      folder: runNameOf(folder),
      utc: startedUtc.toISOString(),
      drillSha256: drill.sha256,
      trigger,
    },
    clock,
  );
  await writeWhole(join(folder, indexLineFileName), `${line}\n`);
  return { start, folder };
}

/** Seals a run whose reports are written and whose journal is closed: manifest, signature where a key is given, index, `latest`. */
export async function sealRunFolder(
  run: RunFolder,
  result: RunResult,
  signingKeyPem?: string,
): Promise<void> {
  const { start, folder } = run;
  const manifestSha256 = await writeManifest(folder);
  if (signingKeyPem !== undefined) await signManifest(folder, signingKeyPem);
  await appendToIndex(
    start.reportsFolder,
    {
      event: 'ended',
      runId: start.runId,
      drill: start.drill.name,
      folder: runNameOf(folder),
      utc: start.clock.utc().toISOString(),
      verdict: result.verdict,
      exitCode: result.exitCode,
      rehearsal: result.rehearsal,
      manifestSha256,
    },
    start.clock,
  );
  await linkLatest(folder);
}

/** A folder for the JUnit file of a run that broke before it could be started; `latest` leads to it. @returns its path. */
export async function makeUnstartedFolder(reportsFolder: string, drill: string, utc: Date): Promise<string> {
  await mkdir(join(reportsFolder, drill), { recursive: true });
  const folder = await makeFolder(join(reportsFolder, drill, stampOf(utc)));
  await linkLatest(folder);
  return folder;
}

/** Points `latest` beside a run's folder at it; where links cannot be made, `latest` is a file that holds the name. */
export async function linkLatest(folder: string): Promise<void> {
  const link = join(dirname(folder), 'latest');
  const temporary = `${link}.${randomHex(4)}.tmp`;
  try {
    await symlink(basename(folder), temporary, 'dir');
    await rename(temporary, link).catch(async () => {
      // A CI that follows links carries a folder in its place from job to job.
      await rm(link, { force: true, recursive: true });
      await rename(temporary, link);
    });
  } catch {
    await rm(temporary, { force: true });
    await rm(link, { force: true, recursive: true });
    await writeWhole(link, `${basename(folder)}\n`);
  }
}

/** A UTC time that every file system takes as a name, and that sorts by age. */
export function stampOf(utc: Date): string {
  return utc.toISOString().replaceAll(':', '-').replace('.', '-');
}

/** Two runs of one drill may start within the same millisecond, on several shards. */
async function makeFolder(wanted: string): Promise<string> {
  for (let place = 1; ; place += 1) {
    const folder = place === 1 ? wanted : `${wanted}-${place}`;
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}
