/** The index of runs against one of its runs: whether it is in there once, with its end, and where it was entered. */
import { join } from 'node:path';
import type { RunResult } from '../model/verdict.js';
import { sha256OfFile, textIn } from '../system/files.js';
import { checkOf, unproven } from './check.js';
import type { Check } from './check.js';
import { manifestFileName } from './manifest.js';
import { indexLineFileName } from './run-folder.js';
import { indexFileName, runsWithoutEnd } from './run-index.js';
import type { IndexEntry, RunIndex } from './run-index.js';
import { runNameOf } from './run-place.js';

/** What the index says of a run, against the run as its journal is judged; `undefined` where it cannot be. */
export async function checkIndexOf(
  folder: string,
  index: RunIndex,
  result: RunResult | undefined,
): Promise<Check> {
  if (index.entries.length === 0) {
    return unproven(
      'index',
      'there is no index of runs beside it: whether runs were left out cannot be told',
    );
  }
  const broken = index.faults.map((fault) => `${indexFileName}:${fault.line} ${fault.message}`);
  const faults = [...broken, ...(await linesAbout(folder, index, result))];
  return faults.length > 0
    ? checkOf('index', faults)
    : { ...checkOf('index', []), details: unfinished(index) };
}

/** Not this run's fault, but what a reader who suspects that runs were left out must know. */
function unfinished(index: RunIndex): string[] {
  const names = runsWithoutEnd(index).map((it) => it.folder);
  return names.length === 0
    ? []
    : [`began and never ended (killed, still running, or hidden): ${names.join(', ')}`];
}

async function linesAbout(
  folder: string,
  { entries, lines }: RunIndex,
  result: RunResult | undefined,
): Promise<readonly string[]> {
  const name = runNameOf(folder);
  const own = entries.filter((it) => it.folder === name);
  const started = own.filter((it) => it.event === 'started');
  const ended = own.filter((it) => it.event === 'ended');
  const run = `the run ${name}`;
  if (started.length !== 1)
    return [`${indexFileName}: ${run} is entered ${started.length} times, expected once`];
  if (ended.length !== 1) return [`${indexFileName}: ${run} has ${ended.length} ends, expected one`];
  const kept = await textIn(join(folder, indexLineFileName));
  const manifest = await sha256OfFile(join(folder, manifestFileName)).catch(() => 'missing');
  return [
    ...(kept !== undefined && lines.includes(kept.trimEnd())
      ? []
      : [
          `${indexFileName} is not the one that the run was entered in: it does not hold the line in ${indexLineFileName}`,
        ]),
    ...(manifest === ended[0]?.manifestSha256
      ? []
      : [`${manifestFileName} is not the one that ${indexFileName} names`]),
    ...disagreements(own, result).map((fault) => `${indexFileName}: ${fault}`),
  ];
}

/** The index against the run that it speaks of. */
function disagreements(own: readonly IndexEntry[], run: RunResult | undefined): string[] {
  if (!run) return [];
  return own.flatMap((it) => {
    const wrong =
      it.runId === run.runId && it.drill === run.drill.name ? [] : [`the ${it.event} line is of another run`];
    if (it.event === 'started')
      return it.drillSha256 === run.drill.sha256 ? wrong : [...wrong, 'it names another drill file'];
    if (it.event === 'signed-off') return wrong;
    const same = it.verdict === run.verdict && it.exitCode === run.exitCode && it.rehearsal === run.rehearsal;
    return same
      ? wrong
      : [
          ...wrong,
          `it says ${it.verdict}, exit ${it.exitCode}; the journal says ${run.verdict}, exit ${run.exitCode}`,
        ];
  });
}
