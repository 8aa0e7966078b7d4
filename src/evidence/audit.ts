/** All runs of a period: verified, with their coverage, failures and retests, and the holes in the record. */
import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { journalFileName } from '../journal/journal.js';
import { auditVersion } from '../model/audit.js';
import type { AuditPack, AuditedCoverage, AuditedFailure, AuditedRun } from '../model/audit.js';
import type { Drill } from '../model/drill.js';
import { disasterOf } from '../model/drill-failure.js';
import type { Programme } from '../model/history.js';
import type { RunResult } from '../model/verdict.js';
import { limitsOf } from './limits.js';
import { readRun } from './read-run.js';
import { indexFileName, readIndex, runsWithoutEnd } from './run-index.js';
import type { IndexEntry, RunIndex } from './run-index.js';
import { readSignOff, signOffNames } from './sign-off-notes.js';
import { verifyRun } from './verify.js';

export interface AuditRequest {
  readonly reportsFolder: string;
  readonly fromUtc: Date;
  /** Not in the period any more. */
  readonly toUtc: Date;
  readonly tool: string;
  readonly publicKeyPems: readonly string[];
  /** What the project has promised; absent where it promises nothing. */
  readonly programme?: Programme;
}

export async function auditOf(request: AuditRequest): Promise<AuditPack> {
  const { reportsFolder, fromUtc, toUtc, tool, publicKeyPems, programme } = request;
  const index = await readIndex(reportsFolder);
  const isWithin = ({ utc }: IndexEntry) =>
    Date.parse(utc) >= fromUtc.getTime() && Date.parse(utc) < toUtc.getTime();
  const started = index.entries.flatMap((it) => (it.event === 'started' && isWithin(it) ? [it] : []));
  const runs: AuditedRun[] = [];
  for (const entry of started) runs.push(await auditedRun(entry, request));
  const drilled = new Set(runs.filter((it) => it.verdict !== undefined).map((it) => it.disaster));
  const promised = programme && [...new Set(programme.drills.map((it) => it.disaster))];
  return {
    schemaVersion: auditVersion,
    tool,
    fromUtc: fromUtc.toISOString(),
    toUtc: toUtc.toISOString(),
    runs,
    coverage: coverageOf(runs),
    ...(promised && { notDrilled: promised.filter((it) => !drilled.has(it)) }),
    failures: failuresOf(runs),
    holes: await holesOf(reportsFolder, index, runs),
    limits: limitsOf(publicKeyPems.length > 0),
  };
}

async function auditedRun(
  entry: Extract<IndexEntry, { event: 'started' }>,
  request: AuditRequest,
): Promise<AuditedRun> {
  const folder = join(request.reportsFolder, entry.folder);
  const { runId, drill, trigger, utc } = entry;
  const head = { runId, drill, folder: entry.folder, startedUtc: utc, trigger, paths: [], signOffs: [] };
  if (!existsSync(folder)) return { ...head, faults: [`its folder ${entry.folder} is gone`] };
  const { checks } = await verifyRun(folder, request);
  const faults = checks.filter((it) => it.verdict === 'bad').flatMap((it) => it.details);
  const result = await readRun(folder).catch(() => undefined);
  return { ...head, ...(result && factsOf(result)), faults, signOffs: await signOffsOf(folder) };
}

function factsOf(result: RunResult): Partial<AuditedRun> {
  const content = result.drill.content as Partial<Drill> | undefined;
  const { retests } = result.people;
  return {
    ...(result.complete && { verdict: result.verdict }),
    rehearsal: result.rehearsal,
    sentence: result.sentence,
    disaster: disasterOf(content?.failure ?? []),
    ...(typeof retests === 'string' && { retests }),
    paths: result.paths.map(({ recovery, verdict }) => ({
      recovery,
      verdict,
      stages: (content?.recovery?.[recovery] ?? []).map((it) => it.stage).join(' + '),
    })),
  };
}

async function signOffsOf(folder: string): Promise<AuditedRun['signOffs']> {
  const names = await signOffNames(folder);
  const notes = await Promise.all(names.map((name) => readSignOff(folder, name)));
  return notes.flatMap((it) =>
    it ? [{ by: it.by, utc: it.utc, decision: it.decision, note: it.note }] : [],
  );
}

/** Only runs that ended cover anything. */
function coverageOf(runs: readonly AuditedRun[]): AuditedCoverage[] {
  const cells = new Map<string, AuditedCoverage>();
  for (const { verdict, disaster = '', rehearsal, paths } of runs) {
    if (verdict === undefined) continue;
    for (const path of paths) {
      const key = JSON.stringify([disaster, path.stages]);
      const before = cells.get(key);
      cells.set(key, {
        disaster,
        stages: path.stages,
        runs: (before?.runs ?? 0) + 1,
        rehearsals: (before?.rehearsals ?? 0) + (rehearsal === true ? 1 : 0),
        lastVerdict: path.verdict,
      });
    }
  }
  return [...cells.values()].sort((a, b) => (a.disaster + a.stages).localeCompare(b.disaster + b.stages));
}

/** A retest counts from the same kind of Kong: a rehearsal retests no real failure. */
function failuresOf(runs: readonly AuditedRun[]): AuditedFailure[] {
  return runs.flatMap(({ runId, drill, startedUtc, rehearsal = false, paths }, place) =>
    paths
      .filter(({ verdict }) => verdict !== 'met')
      .map(({ recovery, verdict }): AuditedFailure => {
        const retest = runs
          .slice(place + 1)
          .flatMap((later) => {
            const same = later.drill === drill && (later.rehearsal === false || rehearsal);
            const path = same ? later.paths.find((it) => it.recovery === recovery) : undefined;
            return path ? [{ runId: later.runId, utc: later.startedUtc, verdict: path.verdict }] : [];
          })
          .at(0);
        return { runId, drill, recovery, utc: startedUtc, verdict, rehearsal, ...(retest && { retest }) };
      }),
  );
}

async function holesOf(
  reportsFolder: string,
  index: RunIndex,
  runs: readonly AuditedRun[],
): Promise<readonly string[]> {
  const known = new Set(index.entries.map((it) => it.folder));
  const inPeriod = new Set(runs.map((it) => it.folder));
  const unknown = (await foldersOfRuns(reportsFolder)).filter((it) => !known.has(it));
  return [
    ...(index.entries.length === 0
      ? [`there is no ${indexFileName}: whether runs were left out cannot be told`]
      : []),
    ...index.faults.map((it) => `${indexFileName}:${it.line} ${it.message}`),
    ...runsWithoutEnd(index)
      .filter((it) => inPeriod.has(it.folder))
      .map((it) => `${it.folder} began and never ended: killed, still running, or hidden`),
    ...unknown.map((it) => `${it} holds a run that was never entered in ${indexFileName}`),
  ];
}

async function foldersOfRuns(reportsFolder: string): Promise<readonly string[]> {
  const drills = await readdir(reportsFolder, { withFileTypes: true });
  const found = await Promise.all(
    drills
      .filter((it) => it.isDirectory())
      .map(async ({ name }) => {
        const runs = await readdir(join(reportsFolder, name), { withFileTypes: true });
        return runs.filter((it) => it.isDirectory()).map((it) => `${name}/${it.name}`);
      }),
  );
  return found.flat().filter((it) => existsSync(join(reportsFolder, it, journalFileName)));
}
