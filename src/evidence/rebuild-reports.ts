/** Every report of a run drawn again from its journal: of a killed run for the first time, of a sealed one as it was. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillError } from '../model/drill-error.js';
import type { RunResult } from '../model/verdict.js';
import { renderReports } from '../report/files.js';
import { junitFileName } from '../report/junit.js';
import type { JunitOptions } from '../report/junit.js';
import { sha256, textIn, writeWhole } from '../system/files.js';
import { junitOptionsIn } from './junit-form.js';
import { readManifest } from './manifest.js';
import { readRun } from './read-run.js';

export interface RebuildOptions {
  /** Where the reports go; the run's own folder by default. */
  readonly out?: string;
  readonly junit: JunitOptions;
}

export interface RebuiltReports {
  readonly result: RunResult;
  readonly folder: string;
  /** Names of the files. */
  readonly files: readonly string[];
}

/** @throws DrillError `usage` where there is no journal, or where writing would break the seal of the run. */
export async function rebuildReports(
  folder: string,
  { out, junit }: RebuildOptions,
): Promise<RebuiltReports> {
  const result = await readRun(folder);
  const sealed = out === undefined ? await readManifest(folder) : new Map<string, string>();
  const form = sealed.size > 0 ? await formOf(folder, result, junit) : junit;
  const reports = await renderReports(result, form);
  for (const [name, text] of reports) {
    const digest = sealed.get(name);
    if (digest !== undefined && digest !== sha256(text)) throw otherThanSealed(name, result);
  }
  const target = out ?? folder;
  await mkdir(target, { recursive: true });
  await Promise.all([...reports].map(([name, text]) => writeWhole(join(target, name), text)));
  return { result, folder: target, files: [...reports.keys()] };
}

/** A sealed run keeps the form that its JUnit file was asked for. */
async function formOf(folder: string, result: RunResult, asked: JunitOptions): Promise<JunitOptions> {
  const text = await textIn(join(folder, junitFileName(result.drill.name)));
  return text === undefined ? asked : junitOptionsIn(text);
}

function otherThanSealed(name: string, { tool }: RunResult): DrillError {
  return new DrillError(
    'usage',
    `${name} would not be the one that this run was sealed with by ${tool}`,
    'write to another folder with --out, or find out what was changed with kong-drill verify',
  );
}
