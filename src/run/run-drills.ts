/** Drills one after another: what `kong-drill run` does. */
import { openEngine } from '../engine/engines.js';
import type { EngineChoice, EngineOptions } from '../engine/engines.js';
import type { People } from '../model/project.js';
import type { JunitFlavor } from '../report/junit.js';
import { systemClock } from '../system/clock.js';
import { environment } from '../system/environment.js';
import { keptText, LabKeeper } from './keep-lab.js';
import type { DrillRunResult, ValidDrill } from './run-drill.js';
import { holdsCases, shardsOf } from './shard.js';
import type { ShardChoice } from './shard.js';
import { leaveCrash, runShown } from './shown-drill.js';
import type { RunOutput, Share } from './shown-drill.js';
import { tellCi } from './tell-ci.js';
import { startTimeLimit } from './time-limit.js';
import { worstOf } from './worst-of.js';

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
  /** Skip by name what does not fit into this time; as long as it takes where it is missing. */
  readonly timeLimitMs?: number;
  /** Who reads the JUnit files. */
  readonly junitFlavor: JunitFlavor;
  /** What people said for these runs. */
  readonly people: People;
  /** Name and version of this program. */
  readonly tool: string;
  readonly signal: AbortSignal;
  readonly output: RunOutput;
}

/** @returns the exit code: of several drills, any 3 → 3, else 1, 2, 0. */
export async function runDrills(options: RunOptions): Promise<number> {
  const timeLimit =
    options.timeLimitMs === undefined ? undefined : startTimeLimit(options.timeLimitMs, systemClock());
  const shares = await sharesOf(options);
  const containers = {
    ...options.containers,
    progress: (line: string) => options.output.tell(`${line}\n`),
  };
  const engine = await openEngine(options.engine, containers, options.signal).catch(
    async (error: unknown) => {
      for (const share of shares) await leaveCrash(share, error, options);
      throw error;
    },
  );
  const keeper = options.keep ? new LabKeeper() : undefined;
  const results: DrillRunResult[] = [];
  const codes: number[] = [];
  for (const share of shares) {
    if (options.signal.aborted) break;
    const ended = await runShown(share, {
      ...options,
      engine,
      ...(keeper && { keeper }),
      ...(timeLimit && { timeLimit }),
    });
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
