/** One of several drills, as `kong-drill run` shows it: its progress, its result, and what kept it from running. */
import { caseDurationsIn } from '../evidence/case-durations.js';
import { readReports } from '../evidence/earlier-runs.js';
import { unstartedBy } from '../evidence/unstarted.js';
import { DrillError, exitCodeOfError, messageOf } from '../model/drill-error.js';
import type { Shard } from '../model/journal.js';
import { renderConsole } from '../report/console.js';
import { renderProgress } from '../report/progress.js';
import { follow } from './follow.js';
import { runDrill } from './run-drill.js';
import type { DrillOptions, DrillRunResult, ValidDrill } from './run-drill.js';
import { writeUnstarted } from './write-reports.js';

export interface RunOutput {
  /** Results. */
  readonly write: (text: string) => void;
  /** Progress and problems. */
  readonly tell: (text: string) => void;
  /** What goes on just now; absent where it cannot be drawn anew. */
  readonly footer?: (lines: readonly string[]) => void;
  readonly color: boolean;
  readonly width: number;
}

/** A drill, and the part of it that this machine runs; all of it where nobody said otherwise. */
export interface Share {
  readonly drill: ValidDrill;
  readonly shard?: Shard;
}

export interface ShownOptions extends Omit<
  DrillOptions,
  'onEvent' | 'onFault' | 'onSeen' | 'past' | 'reports' | 'shard'
> {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly output: RunOutput;
}

export interface Ended {
  readonly exitCode: number;
  readonly run?: DrillRunResult;
}

/** A drill that cannot be run is told, and no reason not to try the next one. */
export async function runShown(share: Share, options: ShownOptions): Promise<Ended> {
  const { drill } = share;
  const { output, quiet, json } = options;
  try {
    const run = await runFollowed(share, options);
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
    await leaveCrash(share, error, options);
    return { exitCode: exitCodeOfError(error) };
  }
}

async function runFollowed({ drill, shard }: Share, options: ShownOptions): Promise<DrillRunResult> {
  const { output, quiet, history, out, engine } = options;
  const reports = await readReports(history ?? out);
  const past = await caseDurationsIn(reports, drill.drill.name, engine.name);
  const progress = renderProgress({ ...output, past });
  using follower = quiet || !output.footer ? undefined : follow(progress, output.footer);
  return await runDrill(drill, {
    ...options,
    ...(shard && { shard }),
    reports,
    past,
    onEvent: (event) => {
      follower?.see(event);
      if (!quiet) for (const line of progress.lines(event)) output.tell(`${line}\n`);
    },
    onSeen: (caseId, seen) => progress.awaiting(caseId, seen),
    onFault: (message) => output.tell(`${message}\n`),
  });
}

/** CI must not take a missing JUnit file for a green one. */
export async function leaveCrash(
  { drill: { drill }, shard }: Share,
  error: unknown,
  { out, output }: Pick<ShownOptions, 'out' | 'output'>,
): Promise<void> {
  await writeUnstarted(out, unstartedBy(error, drill.name, shard)).catch((failure: unknown) =>
    output.tell(`no JUnit file can be written: ${messageOf(failure)}\n`),
  );
}
