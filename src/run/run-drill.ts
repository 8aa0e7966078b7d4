/** One drill, from its plan to its reports. */
import { relative } from 'node:path';
import type { LoadedDrill } from '../drillfile/load.js';
import type { Engine, Readiness } from '../engine/engine.js';
import { openJournal } from '../journal/journal.js';
import { readJournal } from '../journal/read-journal.js';
import { secretsOf } from '../journal/environment-secrets.js';
import { createRedactor } from '../journal/redaction.js';
import { DrillError } from '../model/drill-error.js';
import type { Drill } from '../model/drill.js';
import { isTaken } from '../model/drill-recovery.js';
import type { Artifact } from '../model/drill-recovery.js';
import { journalVersion } from '../model/journal.js';
import type { EarlierRun } from '../model/history.js';
import type { JournalEvent, NewEvent } from '../model/journal.js';
import type { Plan } from '../model/plan.js';
import type { People } from '../model/project.js';
import type { RunResult } from '../model/verdict.js';
import { findProject } from '../drillfile/project.js';
import { planDrill } from '../plan/plan.js';
import type { Past } from '../plan/expected-time.js';
import { systemClock } from '../system/clock.js';
import type { Clock } from '../system/clock.js';
import { environment } from '../system/environment.js';
import { sha256 } from '../system/files.js';
import { gitRevision } from '../system/git.js';
import { watchHost } from '../system/host.js';
import { randomHex } from '../system/random.js';
import type { JunitFlavor } from '../report/junit.js';
import { earlierRunsIn, readReports } from '../evidence/earlier-runs.js';
import type { Reports } from '../evidence/earlier-runs.js';
import { openRunFolder, sealRunFolder } from '../evidence/run-folder.js';
import { signingKeyIn } from '../evidence/signature.js';
import { judge } from '../verdict/judge.js';
import { refuseForeignAddresses } from './foreign-addresses.js';
import { chooseCases } from './choose-cases.js';
import type { Choice, Chosen } from './choose-cases.js';
import type { LabKeeper } from './keep-lab.js';
import { programmeOf } from './programme.js';
import { runCases } from './run-cases.js';
import type { TimeLimit } from './time-limit.js';
import { triggerOf } from './trigger.js';
import { writeReports } from './write-reports.js';

export type ValidDrill = Extract<LoadedDrill, { ok: true }>;

export interface DrillOptions extends Choice {
  readonly engine: Engine;
  /** How many cases run side by side; as many as the machine has room for where nobody says. */
  readonly jobs: number | undefined;
  /** Folder of all reports. */
  readonly out: string;
  /** Folder of the reports of earlier runs, where it is another one. */
  readonly history?: string;
  /** What its index says, where that was read already. */
  readonly reports?: Reports;
  /** Keeps the lab of a case that is not met; none is kept where it is missing. */
  readonly keeper?: LabKeeper;
  /** What is left for all that is run; as long as it takes where it is missing. */
  readonly timeLimit?: TimeLimit;
  /** How long the paths of this drill took before, on this engine. */
  readonly past?: Past;
  /** Who reads the JUnit file. */
  readonly junitFlavor: JunitFlavor;
  /** What people said for this run: it stands before what the drill and the project say. */
  readonly people: People;
  /** Name and version of this program. */
  readonly tool: string;
  readonly signal: AbortSignal;
  /** Sees every event as it is recorded. */
  readonly onEvent: (event: JournalEvent) => void;
  /** Told what a case sees in the place of what it waits for. */
  readonly onSeen?: (caseId: string, seen: string) => void;
  /** Told when the record itself is in trouble. */
  readonly onFault: (message: string) => void;
}

export interface DrillRunResult {
  readonly result: RunResult;
  /** Where the evidence is. */
  readonly folder: string;
}

/**
 * Runs a drill to its verdict and writes its reports.
 * @throws DrillError `engine` where it cannot be started; from then on whatever breaks is in the result.
 */
export async function runDrill(drill: ValidDrill, options: DrillOptions): Promise<DrillRunResult> {
  const { signal, out } = options;
  const { plan, readiness, chosen } = await prepare(drill, options);
  const programme = await programmeOf(drill.folder, out);
  const earlier = await earlierRuns(plan.drill, options);
  const clock = systemClock();
  const runId = randomHex(6);
  const redactor = createRedactor();
  for (const secret of secretsOf(environment())) redactor.addToProse(secret);
  const { trigger } = triggerOf(environment());
  const run = await openRunFolder({
    reportsFolder: out,
    runId,
    drill: { name: plan.drill.name, sha256: sha256(drill.text) },
    trigger,
    startedUtc: clock.utc(),
    clock,
  });
  const { folder } = run;
  const journal = await openJournal(folder, {
    clock,
    redactor,
    onEvent: options.onEvent,
    onFault: options.onFault,
  });
  try {
    journal.record(await beginning({ runId, drill, plan, chosen, readiness, clock, options }));
    journal.record({ kind: 'earlier-runs', runs: earlier });
    if (programme) journal.record({ kind: 'programme', programme });
    const host = await watchHost(folder, clock);
    journal.record({ kind: 'host', facts: { ...host.facts, ...readiness.host } });
    for (const event of factsOf(readiness)) journal.record(event);
    await runCases({
      past: new Map(),
      ...options,
      runId,
      plan,
      cases: chosen.cases,
      readiness,
      clock,
      journal,
      redactor,
      folder,
    });
    if (signal.aborted) journal.record({ kind: 'interrupted', signal: String(signal.reason) });
    journal.record({ kind: 'host', facts: await host.end() });
    const { verdict, exitCode } = judge(readJournal(journal.file));
    journal.record({ kind: 'run-ended', verdict, exitCode });
  } finally {
    await journal.close();
  }
  const result = judge(readJournal(journal.file));
  await writeReports(result, folder, { flavor: options.junitFlavor, baseFolder: folder });
  await sealRunFolder(run, result, signingKeyIn(environment()));
  const fault = journal.fault();
  if (fault !== undefined)
    throw new DrillError('engine', fault, 'free some disk space, then run the drill again');
  return { result, folder };
}

async function earlierRuns({ name, objectives }: Drill, options: DrillOptions): Promise<EarlierRun[]> {
  const reports = options.reports ?? (await readReports(options.history ?? options.out));
  return await earlierRunsIn(reports, name, objectives?.regression?.runs);
}

/** What will be run, and whether it can be: nothing is started yet. */
async function prepare(drill: ValidDrill, options: DrillOptions) {
  const { folder } = drill;
  const first = planDrill(drill.drill, { folder });
  const readiness = await options.engine.prepare(first, options.signal);
  refuseImpossible(readiness);
  if (!options.engine.blocksAddresses) await refuseForeignAddresses(first);
  const plan = planDrill(withMethods(drill.drill, readiness), { folder });
  return { readiness, plan, chosen: chooseCases(plan, readiness, options) };
}

interface Beginning {
  readonly runId: string;
  readonly drill: ValidDrill;
  readonly plan: Plan;
  readonly chosen: Chosen;
  readonly readiness: Readiness;
  readonly clock: Clock;
  readonly options: DrillOptions;
}

async function beginning({
  runId,
  drill,
  plan,
  chosen,
  readiness,
  clock,
  options,
}: Beginning): Promise<NewEvent> {
  const revision = await gitRevision(drill.folder);
  const { title } = plan.drill;
  return {
    kind: 'run-started',
    version: journalVersion,
    runId,
    utc: clock.utc().toISOString(),
    originNs: String(clock.originNs),
    tool: options.tool,
    drill: {
      name: plan.drill.name,
      path: relative(process.cwd(), drill.file),
      sha256: sha256(drill.text),
      ...(revision === undefined ? {} : { gitRevision: revision }),
      ...(title === undefined ? {} : { title }),
      content: plan.drill,
    },
    engine: options.engine.name,
    rehearsal: readiness.rehearsal,
    ...triggerOf(environment()),
    isolation: options.engine.isolation,
    cases: chosen.cases.map(({ id, recovery, repetition }) => ({ case: id, recovery, repetition })),
    skipped: [...chosen.skipped],
    ...(options.shard && { shard: options.shard }),
    people: { ...findProject(drill.folder).project.people, ...plan.drill.people, ...options.people },
  };
}

/** What the engine found before anything is started. */
function factsOf({ software, pulled = [], notes = [] }: Readiness): readonly NewEvent[] {
  const pulls: NewEvent = { kind: 'images-pulled', images: [...pulled] };
  return [
    { kind: 'software', software: [...software] },
    ...(pulled.length > 0 ? [pulls] : []),
    ...notes.map((text): NewEvent => ({ kind: 'note', level: 'info', text })),
  ];
}

/** A backup of the database whose method the drill leaves open is logical where `pg_dump` is there, physical otherwise. */
function withMethods(drill: Drill, { tools }: Readiness): Drill {
  if (!drill.artifacts) return drill;
  const method: 'logical' | 'physical' =
    tools.has('pg_dump') && tools.has('pg_restore') ? 'logical' : 'physical';
  const artifacts = Object.entries(drill.artifacts).map(([name, artifact]): [string, Artifact] => {
    const open = artifact.kind === 'database' && artifact.method === undefined && isTaken(artifact);
    return [name, open ? { ...artifact, method } : artifact];
  });
  return { ...drill, artifacts: Object.fromEntries(artifacts) };
}

function refuseImpossible({ refusals }: Readiness): void {
  const [first] = refusals;
  if (first) throw new DrillError('engine', `${first.what}: ${first.reason}`, first.hint);
}
