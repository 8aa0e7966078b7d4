/** One drill: its cases, one after another or several side by side, then the verdict and the reports, computed from the journal. */
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, Lab, LabSpec, Readiness } from '../engine/engine.js';
import { makeOwnedFolder, marksOf, removeOwnedFolder } from '../engine/owned-folder.js';
import type { OwnedFolder } from '../engine/owned-folder.js';
import type { Journal } from '../journal/journal.js';
import { redactLogs } from '../journal/redact-logs.js';
import type { Redactor } from '../journal/redaction.js';
import { DrillError, messageOf } from '../model/drill-error.js';
import type { Plan, PlannedCase } from '../model/plan.js';
import { expectedTimeOf } from '../plan/expected-time.js';
import type { Past } from '../plan/expected-time.js';
import { adminApi } from '../system/admin-api.js';
import { withLimit } from '../system/clock.js';
import type { Clock } from '../system/clock.js';
import { machineRoom } from '../system/host.js';
import { randomHex } from '../system/random.js';
import type { CaseContext } from './case-context.js';
import type { LabKeeper } from './keep-lab.js';
import { jobsThatFit, noteOfJobs } from './jobs.js';
import { inPhase } from './phase.js';
import { runCase } from './run-case.js';
import type { TimeLimit } from './time-limit.js';
import { watchWayIn } from './way-in.js';

export interface DrillRun {
  readonly runId: string;
  readonly plan: Plan;
  readonly cases: readonly PlannedCase[];
  readonly engine: Engine;
  readonly readiness: Readiness;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly redactor: Redactor;
  /** How many cases run side by side; as many as the machine has room for where nobody says. */
  readonly jobs: number | undefined;
  /** The run's folder: evidence stays, work goes. */
  readonly folder: string;
  /** Where a lab is to be kept for a person to look inside. */
  readonly keeper?: LabKeeper;
  /** What is left for all that is run. */
  readonly timeLimit?: TimeLimit;
  /** How long the paths took before. */
  readonly past: Past;
  /** Told what a case sees in the place of what it waits for. */
  readonly onSeen?: (caseId: string, seen: string) => void;
  readonly signal: AbortSignal;
}

/** Clean-up has a budget of its own: an interrupted run is cleaned up too. */
const cleanUpLimitMs = 60_000;

/** Runs every case; what breaks one of them is in the journal, and the next one is tried. Interrupted, none is. */
export async function runCases(run: DrillRun): Promise<void> {
  const secretKey = randomHex(32);
  run.redactor.add(secretKey);
  const { default: pLimit } = await import('p-limit');
  const room = machineRoom();
  const jobs = Math.min(run.jobs ?? jobsThatFit(room), Math.max(1, run.cases.length));
  const crowd = noteOfJobs(jobs, room);
  if (crowd) run.journal.record({ kind: 'note', ...crowd });
  const limit = pLimit(jobs);
  const running = run.cases.map((planned) =>
    limit(async () => {
      if (!run.signal.aborted) await runOne(run, planned, secretKey);
    }),
  );
  // The journal must not be closed while one of them still writes into it.
  await Promise.allSettled(running);
  await Promise.all(running);
}

async function runOne(run: DrillRun, planned: PlannedCase, secretKey: string): Promise<void> {
  const { journal, signal, folder } = run;
  const clock = { ...run.clock, onSeen: (seen: string) => run.onSeen?.(planned.id, seen) };
  const record = journal.forCase(planned.id);
  const reason = run.timeLimit?.whyNot(expectedTimeOf(run.plan, planned, run.past));
  if (reason !== undefined) {
    record({ kind: 'case-skipped', reason });
    return;
  }
  const evidenceFolder = join(folder, planned.id.replace('#', '-'));
  const work = await makeOwnedFolder(
    { engine: run.engine.name, runId: run.runId, caseId: planned.id },
    tmpdir(),
  );
  const logFolder = join(evidenceFolder, 'logs');
  await mkdir(logFolder, { recursive: true });
  record({ kind: 'case-started', recovery: planned.recovery, repetition: planned.repetition });
  const opened: { lab?: Lab } = {};
  try {
    const lab = await openLab({ ...run, clock }, planned, { logFolder, marks: marksOf(work.owner) });
    opened.lab = lab;
    await using way = watchWayIn(lab, { clock, record, signal });
    const [first] = lab.kong;
    if (!first) throw new DrillError('internal', 'the lab has no Kong node', 'report this as a defect');
    const context: CaseContext = {
      ...run,
      planned,
      lab,
      admin: adminApi(first.adminUrl, first.adminHeaders),
      clock,
      signal: way.signal,
      record,
      sync: () => journal.sync(),
      evidenceFolder,
      workFolder: work.path,
      mayBeKept: run.keeper !== undefined,
      secretKey,
    };
    await runCase(context).finally(() => way.confirm());
    record({ kind: 'case-ended', outcome: 'completed' });
  } catch (error) {
    record({ kind: 'case-ended', ...endOf(error, signal) });
  } finally {
    await cleanUp(run, planned, { ...opened, work, logFolder });
  }
}

function openLab(
  { runId, plan, engine, readiness, clock, redactor, keeper, signal }: DrillRun,
  planned: PlannedCase,
  own: Pick<LabSpec, 'logFolder' | 'marks'>,
): Promise<Lab> {
  return engine.open({
    runId,
    caseId: planned.id,
    topology: plan.topology,
    readiness,
    drillFolder: plan.folder,
    walArchive: planned.walArchive,
    mayBeKept: keeper !== undefined,
    ownDisk: plan.failures.some(({ kind }) => kind === 'fill-disk'),
    ...own,
    clock,
    signal,
    onSecret: (secret) => redactor.add(secret),
  });
}

function endOf(
  error: unknown,
  signal: AbortSignal,
): { outcome: 'failed' | 'interrupted'; error: string; hint?: string } {
  if (signal.aborted) return { outcome: 'interrupted', error: messageOf(signal.reason) };
  const hint = error instanceof DrillError ? { hint: error.hint } : {};
  return { outcome: 'failed', error: messageOf(error), ...hint };
}

interface Leftovers {
  readonly lab?: Lab;
  readonly work: OwnedFolder;
  readonly logFolder: string;
}

async function cleanUp(
  { journal, redactor, keeper, signal }: DrillRun,
  planned: PlannedCase,
  { lab, work, logFolder }: Leftovers,
): Promise<void> {
  const record = journal.forCase(planned.id);
  const sync = () => journal.sync();
  // A signal of its own: the run's may already be aborted.
  await inPhase('clean-up', { record, sync, signal: withLimit(cleanUpLimitMs) }, async () => {
    const left: string[] = [];
    const keep = lab && !signal.aborted ? keeper?.keepIfNotMet(lab, planned, journal) : undefined;
    const kept = await keep?.catch((error: unknown) => void left.push(messageOf(error)));
    if (kept !== true) await disposeOf(lab).catch((error: unknown) => left.push(messageOf(error)));
    await redactLogs(logFolder, redactor).catch((error: unknown) => left.push(messageOf(error)));
    await removeOwnedFolder(work).catch((error: unknown) => left.push(messageOf(error)));
    record({ kind: 'cleaned-up', ok: left.length === 0, left, ...(kept === true && { kept }) });
  });
}

async function disposeOf(lab: Lab | undefined): Promise<void> {
  await lab?.[Symbol.asyncDispose]();
}
