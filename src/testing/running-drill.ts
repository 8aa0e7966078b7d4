/** Runs the program on a drill as a user does: a process of its own, in folders of the test's own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { EngineChoice } from '../engine/engines.js';
import { readJournal } from '../journal/read-journal.js';
import type { EventOf, JournalEvent } from '../model/journal.js';
import type { CaseResult, RunResult } from '../model/verdict.js';

export const program = fileURLToPath(new URL('../cli/main.js', import.meta.url));
export const drillsFolder = fileURLToPath(new URL('../../drills/', import.meta.url));

export interface DrillCall {
  readonly engine: EngineChoice;
  /** Path of the drill file. */
  readonly file: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Folder of reports; one of its own where it is missing. */
  readonly out?: string;
  /** Words ahead of the program, which end by becoming it: `nsenter …`. */
  readonly within?: readonly string[];
}

export interface RunningDrill {
  readonly pid: number;
  /** Its TMPDIR: what it leaves behind on this machine, it leaves here. */
  readonly temporaryFolder: string;
  readonly ended: Promise<EndedDrill>;
  /** What the journal holds until now. */
  events(): Promise<readonly JournalEvent[]>;
  /** Waits for an event. @throws where the run ends without it. */
  until<K extends JournalEvent['kind']>(
    kind: K,
    wanted?: (event: EventOf<K>) => boolean,
  ): Promise<EventOf<K>>;
  /** Until it has said that on standard error, at once. @throws where it ends without. */
  untilSays(text: string): Promise<void>;
  runId(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

export interface EndedDrill {
  /** `null` where a signal ended it. */
  readonly exitCode: number | null;
  /** Standard output, and standard error. */
  readonly output: string;
  readonly progress: string;
  /** Of the run. @throws where it left none. */
  folder(): Promise<string>;
  result(): Promise<RunResult>;
  junit(): Promise<string>;
}

/** Whatever ends, and undoes then what was registered with it: a test, or one drill of a series. */
export interface Scope {
  after(undo: () => unknown): void;
}

const lookEveryMs = 20;

/** Starts a drill. Whatever is left of it when the test ends is killed. */
export async function startDrill(context: Scope, call: DrillCall): Promise<RunningDrill> {
  const out = call.out ?? (await ownFolder(context, 'out'));
  const temporaryFolder = await ownFolder(context, 'tmp');
  const args = ['run', call.file, '--engine', call.engine, '--out', out, ...(call.args ?? [])];
  const [first = process.execPath, ...words] = [...(call.within ?? []), process.execPath, program, ...args];
  const child = spawn(first, words, {
    env: { ...process.env, TMPDIR: temporaryFolder, ...call.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the program did not start');
  context.after(() => child.kill('SIGKILL'));
  const said = { output: '', progress: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.progress += chunk.toString()));
  let isRunning = true;
  const ended = once(child, 'close').then(([exitCode]: unknown[]): EndedDrill => {
    isRunning = false;
    return { exitCode: typeof exitCode === 'number' ? exitCode : null, ...said, ...evidenceIn(out) };
  });
  const events = async (): Promise<readonly JournalEvent[]> => {
    const folder = await runFolder(out).catch(() => undefined);
    try {
      return folder === undefined ? [] : [...readJournal(join(folder, 'journal.ndjson'))];
    } catch {
      return [];
    }
  };
  const until: RunningDrill['until'] = async (kind, wanted = () => true) => {
    for (;;) {
      const wasRunning = isRunning;
      const found = (await events()).find(
        (event): event is EventOf<typeof kind> =>
          event.kind === kind && wanted(event as EventOf<typeof kind>),
      );
      if (found) return found;
      if (!wasRunning) throw new Error(`the run ended without ${kind}:\n${said.progress}${said.output}`);
      await sleep(lookEveryMs);
    }
  };
  const untilSays = async (text: string): Promise<void> => {
    while (!said.progress.includes(text)) {
      if (!isRunning) throw new Error(`the run ended without ${text}:\n${said.progress}`);
      await Promise.race([once(child.stderr, 'data'), ended]);
    }
  };
  return {
    pid,
    temporaryFolder,
    ended,
    events,
    until,
    untilSays,
    runId: async () => (await until('run-started')).runId,
    kill: (signal) => child.kill(signal),
  };
}

/** The case of a path. @throws where it was not run. */
export function caseOf(result: RunResult, recovery: string): CaseResult {
  const found = result.cases.find((one) => one.recovery === recovery);
  if (!found) throw new Error(`no case of ${recovery}: ${result.sentence}`);
  return found;
}

/** The objectives of a case that are not met, by id. */
export function notMet(result: RunResult, recovery: string): readonly string[] {
  return caseOf(result, recovery)
    .objectives.filter(({ verdict }) => verdict !== 'met')
    .map(({ id }) => id);
}

function evidenceIn(out: string): Pick<EndedDrill, 'folder' | 'result' | 'junit'> {
  const folder = () => runFolder(out);
  return {
    folder,
    result: async () => JSON.parse(await readFile(join(await folder(), 'result.json'), 'utf8')) as RunResult,
    junit: async () => {
      const within = await folder();
      const name = (await readdir(within)).find((each) => /^TEST-.*\.xml$/.test(each));
      if (name === undefined) throw new Error(`no JUnit file in ${within}`);
      return readFile(join(within, name), 'utf8');
    },
  };
}

/** `out/<drill>/<start>`: of the one run that a test makes. */
async function runFolder(out: string): Promise<string> {
  for (const drill of await readdir(out, { withFileTypes: true })) {
    if (!drill.isDirectory()) continue;
    const runs = await readdir(join(out, drill.name), { withFileTypes: true });
    const run = runs.find((each) => each.isDirectory());
    if (run) return join(out, drill.name, run.name);
  }
  throw new Error(`no run in ${out}`);
}

async function ownFolder(context: Scope, use: string): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `kd-test-${use}-`)));
  // A Postgres that runs as a user of its own has to pass through.
  await chmod(folder, 0o755);
  context.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
