/** One drill of the soak: within this process, whose memory and descriptors are watched, or as a program of its own. */
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import type { EngineName } from '../../engine/engine.js';
import { runVariable } from '../../engine/owned-folder.js';
import { runDrill } from '../../index.js';
import { journalFileName } from '../../journal/journal.js';
import { messageOf } from '../../model/drill-error.js';
import { findProgram } from '../../system/command.js';
import { environment } from '../../system/environment.js';
import { processTable, variableOf } from '../../system/process-table.js';
import { docker, labelled } from '../docker.js';
import { leftoversOf } from '../leftovers.js';
import { program, startDrill } from '../running-drill.js';
import type { Scope } from '../running-drill.js';
import { isPhase, soakDrill, soakState } from './soak-drills.js';
import type { SoakFault, Victim } from './soak-drills.js';

export interface SoakRound {
  /** Counted from 0. */
  readonly number: number;
  readonly engine: EngineName;
  readonly fault?: SoakFault;
}

export interface SoakEnd {
  readonly leaks: readonly string[];
  readonly wrong: readonly string[];
}

interface Ended {
  readonly exitCode: number | null;
  /** Of the evidence. */
  readonly folder: string;
  readonly runId: string;
  /** Where it left what it left. */
  readonly temporaryFolder: string;
}

/** @throws the signal's reason, where the soak has to stop; the drill is cleaned up then. */
export async function runSoakDrill(
  round: SoakRound,
  { keepWrongIn, signal }: { readonly keepWrongIn: string; readonly signal: AbortSignal },
): Promise<SoakEnd> {
  const folder = await mkdtemp(join(tmpdir(), 'kd-soak-'));
  const undo: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })];
  const scope: Scope = { after: (one: () => unknown) => void undo.push(one) };
  try {
    const { number, engine, fault } = round;
    const file = await writeSoakDrill(folder, number, fault);
    const isProgram = fault?.signal !== undefined || fault?.deckHangsAt !== undefined;
    const ended = isProgram
      ? await asProgram(file, round, { folder, scope, signal })
      : await within(file, round, { folder, signal });
    signal.throwIfAborted();
    const leaks = await leftoversOf(ended.runId, ended.temporaryFolder);
    if (engine === 'containers') leaks.push(...(await labelled(`com.kong-drill.run=${ended.runId}`)));
    const wrong = await faultsOf(ended, fault);
    if (leaks.length + wrong.length > 0)
      await cp(ended.folder, join(keepWrongIn, `round-${number + 1}`), { recursive: true });
    return { leaks, wrong };
  } catch (error) {
    signal.throwIfAborted();
    return { leaks: [], wrong: [messageOf(error)] };
  } finally {
    for (const one of undo.reverse()) await one();
  }
}

/** @returns its file. */
export async function writeSoakDrill(folder: string, number: number, fault?: SoakFault): Promise<string> {
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'runs'));
  await writeFile(join(folder, 'runs', '1.yaml'), JSON.stringify(soakState));
  const file = join(folder, `soak-${number}.yaml`);
  const never = [process.execPath, '-e', 'setInterval(() => undefined, 1000)'];
  await writeFile(file, JSON.stringify(soakDrill(number, fault, never)));
  return file;
}

interface Place {
  readonly folder: string;
  readonly signal: AbortSignal;
}

async function within(file: string, { engine, fault }: SoakRound, { folder, signal }: Place): Promise<Ended> {
  const victim = fault?.victim;
  let runId = '';
  const killings: Promise<void>[] = [];
  const { result, folder: evidence } = await runDrill(file, {
    engine,
    out: join(folder, 'out'),
    signal,
    onEvent: (event) => {
      if (event.kind === 'run-started') runId = event.runId;
      if (!victim || !isPhase(event, victim.in)) return;
      const killing = kill[engine](runId, victim);
      killings.push(killing);
      // Told below, once the drill has ended.
      killing.catch(() => undefined);
    },
  });
  await Promise.all(killings);
  return { exitCode: result.exitCode, folder: evidence, runId, temporaryFolder: tmpdir() };
}

/** Each @throws where the lab has no such victim. */
const kill: Readonly<Record<EngineName, (runId: string, victim: Victim) => Promise<void>>> = {
  processes: async (runId, { process: pattern }) => {
    for (const { pid } of await processTable()) {
      if ((await variableOf(pid, runVariable)) !== runId) continue;
      const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (!pattern.test(words.replaceAll('\0', ' '))) continue;
      process.kill(pid, 'SIGKILL');
      return;
    }
    throw new Error(`no process of run ${runId} looks like ${pattern.source}`);
  },
  containers: async (runId, { role }) => {
    const labels = [`com.kong-drill.run=${runId}`, `com.kong-drill.role=${role}`];
    const filters = labels.flatMap((label) => ['--filter', `label=${label}`]);
    const [id = ''] = (await docker(['ps', '--quiet', ...filters])).split('\n');
    if (id === '') throw new Error(`no container of run ${runId} is ${role}`);
    await docker(['kill', id]);
  },
};

async function asProgram(
  file: string,
  { engine, fault }: SoakRound,
  { folder, scope, signal }: Place & { readonly scope: Scope },
): Promise<Ended> {
  const env = fault?.deckHangsAt === undefined ? {} : await hangingDeck(folder, fault.deckHangsAt);
  const drill = await startDrill(scope, { engine, file, env });
  const stop = () => drill.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  try {
    const runId = await drill.runId();
    const { signal: sent } = fault ?? {};
    if (sent) {
      await drill.until('phase-started', (event) => isPhase(event, sent.in));
      drill.kill(sent.name);
    }
    const ended = await drill.ended;
    const { temporaryFolder } = drill;
    if (ended.exitCode === null) await clean(temporaryFolder);
    return { exitCode: ended.exitCode, folder: await ended.folder(), runId, temporaryFolder };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** What a user does after a runner was killed, wherever its lab was. */
async function clean(temporaryFolder: string): Promise<void> {
  const env = { ...process.env, TMPDIR: temporaryFolder };
  await promisify(execFile)(process.execPath, [program, 'clean'], { env });
}

/** decK, but for one command that never ends. */
async function hangingDeck(folder: string, verb: string): Promise<Readonly<Record<string, string>>> {
  const variables = environment();
  const real = variables.KONG_DRILL_DECK ?? findProgram('deck', variables.PATH ?? '');
  if (real === undefined) throw new Error('this fault needs a decK, on PATH or named by KONG_DRILL_DECK');
  const shim = join(folder, 'deck');
  const text = `#!/bin/sh\ncase " $* " in *' --help '*) ;; *' ${verb} '*) exec sleep 100000 ;; esac\nexec '${real}' "$@"\n`;
  await writeFile(shim, text, { mode: 0o755 });
  return { KONG_DRILL_DECK: shim };
}

async function faultsOf({ exitCode, folder }: Ended, fault: SoakFault | undefined): Promise<string[]> {
  const expected = fault?.exitCodes ?? [0];
  const said = await readFile(join(folder, journalFileName), 'utf8');
  const wrong = expected.includes(exitCode)
    ? []
    : [`expected exit code ${expected.join(' or ')}, got ${exitCode}: ${troubleIn(said)}`];
  if (fault && !fault.said.test(said)) wrong.push(`nothing in the journal is like ${fault.said.source}`);
  return wrong;
}

/** What a journal says of what went wrong. */
function troubleIn(journal: string): string {
  const telling = /"kind":"(?:note|case-ended|interrupted|run-ended)"|"ok":false/;
  return journal
    .split('\n')
    .filter((line) => telling.test(line))
    .join(' ')
    .slice(0, 2_000);
}
