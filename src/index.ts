/**
 * kong-drill as a library.
 *
 *     import { runDrill } from 'kong-drill';
 *     const { result, folder } = await runDrill('drills/postgres-lost.yaml', { engine: 'containers' });
 */
import { toolName } from './cli/version.js';
import { loadDrill } from './drillfile/load.js';
import { formatProblem } from './drillfile/problem.js';
import { openEngine } from './engine/engines.js';
import type { EngineChoice, EngineOptions } from './engine/engines.js';
import { DrillError } from './model/drill-error.js';
import type { JournalEvent } from './model/journal.js';
import type { People } from './model/project.js';
import type { RunResult } from './model/verdict.js';
import { runDrill as runLoadedDrill } from './run/run-drill.js';
import type { ValidDrill } from './run/run-drill.js';

export { DrillError };
export type { EngineChoice, JournalEvent, People, RunResult };

export interface RunDrillOptions extends Pick<EngineOptions, 'images' | 'registry' | 'pull'> {
  /** `auto`, the default, takes containers where Docker answers and processes elsewhere. */
  readonly engine?: EngineChoice;
  /** Folder of all reports and of the index of runs; `reports` by default. */
  readonly out?: string;
  /** Only these recovery paths; all by default. */
  readonly only?: readonly string[];
  /** Skip recovery paths whose tools are missing, in place of refusing to start. */
  readonly skipUnavailable?: boolean;
  /** How many cases run side by side; by default as many as the machine has room for. */
  readonly jobs?: number;
  /** What people say for this run. */
  readonly people?: People;
  /** Ends the run in order: what was measured is reported, and the lab is cleaned up. */
  readonly signal?: AbortSignal;
  /** Sees every event of the journal as it is recorded. */
  readonly onEvent?: (event: JournalEvent) => void;
}

export interface DrillReport {
  /** Verdict, exit code and every figure, as in `result.json`. */
  readonly result: RunResult;
  /** Folder of the evidence and of every report. */
  readonly folder: string;
}

/**
 * Runs one drill file to its verdict and writes its reports. An objective that was missed is in the result, and no exception.
 * @throws DrillError `usage` where the file is not a valid drill, `engine` where it cannot be started.
 */
export async function runDrill(file: string, options: RunDrillOptions = {}): Promise<DrillReport> {
  const drill = validDrill(file);
  const { engine = 'auto', images, registry, pull } = options;
  const containers = {
    ...(images === undefined ? {} : { images }),
    ...(registry === undefined ? {} : { registry }),
    ...(pull === undefined ? {} : { pull }),
  };
  return await runLoadedDrill(drill, {
    engine: await openEngine(engine, containers, options.signal),
    out: options.out ?? 'reports',
    only: options.only ?? [],
    skipUnavailable: options.skipUnavailable ?? false,
    jobs: options.jobs,
    people: options.people ?? {},
    junitFlavor: 'jenkins',
    tool: toolName(),
    signal: options.signal ?? new AbortController().signal,
    onEvent: options.onEvent ?? (() => undefined),
    onFault: () => undefined,
  });
}

function validDrill(file: string): ValidDrill {
  const loaded = loadDrill(file);
  if (loaded.ok) return loaded;
  throw new DrillError('usage', loaded.problems.map(formatProblem).join('\n'), `kong-drill validate ${file}`);
}
