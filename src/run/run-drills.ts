/** Drills one after another: what `kong-drill run` does. */
import type { Engine } from '../engine/engine.js';
import { openEngine } from '../engine/engines.js';
import type { EngineChoice, EngineOptions } from '../engine/engines.js';
import { DrillError, errorCodes, messageOf } from '../model/drill-error.js';
import type { People } from '../model/project.js';
import { renderConsole } from '../report/console.js';
import type { JunitFlavor } from '../report/junit.js';
import { renderProgress } from '../report/progress.js';
import type { Shard } from '../model/journal.js';
import { environment } from '../system/environment.js';
import { keptText, LabKeeper } from './keep-lab.js';
import { runDrill } from './run-drill.js';
import type { DrillOptions, DrillRunResult, ValidDrill } from './run-drill.js';
import { holdsCases, shardsOf } from './shard.js';
import type { ShardChoice } from './shard.js';
import { tellCi } from './tell-ci.js';
import { worstOf } from './worst-of.js';
import { writeCrash } from './write-reports.js';

export interface RunOptions {
  readonly drills: readonly ValidDrill[];
  readonly engine: EngineChoice;
  readonly containers: Pick<EngineOptions, 'images' | 'registry' | 'pull'>;
  /** Folder of all reports. */
  readonly out: string;
  /** Folder of the reports of earlier runs, where it is another one. */
  readonly history?: string;
  readonly jobs: number | undefined;
  /** Only these recovery paths; all where it is empty. */
  readonly only: readonly string[];
  /** Only this machine's part of the cases. */
  readonly onlyShard?: ShardChoice;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly skipUnavailable: boolean;
  /** Leave the lab of the first case up that is not met. */
  readonly keep: boolean;
  /** Who reads the JUnit files. */
  readonly junitFlavor: JunitFlavor;
  /** What people said for these runs. */
  readonly people: People;
  /** Name and version of this program. */
  readonly tool: string;
  readonly signal: AbortSignal;
  readonly output: RunOutput;
}

export interface RunOutput {
  /** Results. */
  readonly write: (text: string) => void;
  /** Progress and problems. */
  readonly tell: (text: string) => void;
  readonly color: boolean;
  readonly width: number;
}

/** @returns the exit code: of several drills, any 3 → 3, else 1, 2, 0. */
export async function runDrills(options: RunOptions): Promise<number> {
  const shares = await sharesOf(options);
  const engine = await openEngine(options.engine, {
    ...options.containers,
    progress: (line) => options.output.tell(`${line}\n`),
  }).catch(async (error: unknown) => {
    for (const { drill } of shares) await leaveCrash(drill, error, options);
    throw error;
  });
  const keeper = options.keep ? new LabKeeper() : undefined;
  const results: DrillRunResult[] = [];
  const codes: number[] = [];
  for (const share of shares) {
    if (options.signal.aborted) break;
    const ended = await runOne(share, engine, { ...options, ...(keeper && { keeper }) });
    codes.push(ended.exitCode);
    if (ended.run) results.push(ended.run);
  }
  if (options.json)
    options.output.write(
      `${JSON.stringify(
        results.map(({ result }) => result),
        null,
        2,
      )}\n`,
    );
  if (keeper?.kept) options.output.tell(`\n${keptText(keeper.kept)}`);
  await tellCi(results, environment(), options.output.tell);
  return worstOf(codes);
}

/** A drill, and the part of it that this machine runs; all of it where nobody said otherwise. */
interface Share {
  readonly drill: ValidDrill;
  readonly shard?: Shard;
}

async function sharesOf(options: RunOptions): Promise<readonly Share[]> {
  const { drills, onlyShard: shard, output } = options;
  if (!shard) return drills.map((drill) => ({ drill }));
  const shards = await shardsOf(drills, { ...options, shard });
  const shares = drills.flatMap((drill, place) => {
    const own = shards[place];
    return own && holdsCases(own) ? [{ drill, shard: own }] : [];
  });
  if (shares.length === 0)
    output.tell(`no case falls to shard ${shard.index} of ${shard.of}: there is nothing to run here\n`);
  return shares;
}

interface Ended {
  readonly exitCode: number;
  readonly run?: DrillRunResult;
}

/** A drill that cannot be run is told, and the next one is tried. */
async function runOne(
  { drill, shard }: Share,
  engine: Engine,
  options: RunOptions & Pick<DrillOptions, 'keeper'>,
): Promise<Ended> {
  const { output, quiet, json } = options;
  const progress = renderProgress(output);
  try {
    const run = await runDrill(drill, {
      ...options,
      ...(shard && { shard }),
      engine,
      onEvent: (event) => {
        if (!quiet) for (const line of progress.lines(event)) output.tell(`${line}\n`);
      },
      onFault: (message) => output.tell(`${message}\n`),
    });
    if (!json)
      output.write(
        quiet
          ? `${run.result.sentence}\n`
          : `\n${renderConsole(run.result, { ...output, folder: run.folder })}`,
      );
    return { exitCode: run.result.exitCode, run };
  } catch (error) {
    output.tell(`${drill.file}: ${messageOf(error)}\n`);
    if (error instanceof DrillError) output.tell(`  → ${error.hint}\n`);
    await leaveCrash(drill, error, options);
    return { exitCode: error instanceof DrillError ? errorCodes[error.code] : errorCodes.internal };
  }
}

/** CI must not take a missing JUnit file for a green one. */
async function leaveCrash(drill: ValidDrill, error: unknown, { out, output }: RunOptions): Promise<void> {
  await writeCrash(out, drill.drill.name, error).catch((failure: unknown) =>
    output.tell(`no JUnit file can be written: ${messageOf(failure)}\n`),
  );
}
