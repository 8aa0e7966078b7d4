/** What of a run can be believed, recomputed offline: digests, signature, index, and every figure from the journal. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checkJournal } from '../journal/check-journal.js';
import { journalFileName } from '../journal/journal.js';
import { readJournal } from '../journal/read-journal.js';
import { messageOf } from '../model/drill-error.js';
import type { RunResult } from '../model/verdict.js';
import { renderReports, resultFileName } from '../report/files.js';
import { junitFileName } from '../report/junit.js';
import type { JunitOptions } from '../report/junit.js';
import { sha256OfFile } from '../system/files.js';
import { judge } from '../verdict/judge.js';
import { checkManifest, manifestFileName, signatureFileName } from './manifest.js';
import { indexLineFileName } from './run-folder.js';
import { indexFileName, readIndex, runsWithoutEnd } from './run-index.js';
import type { IndexEntry, RunIndex } from './run-index.js';
import { checkSignature } from './signature.js';
import { limitsOf } from './limits.js';

export interface Check {
  readonly name: 'manifest' | 'signature' | 'index' | 'journal' | 'reports';
  /** `unproven`: nothing speaks against it, and nothing for it. */
  readonly verdict: 'good' | 'bad' | 'unproven';
  readonly details: readonly string[];
}

export interface Verification {
  /** No check is bad. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** What no check can detect without something from outside. */
  readonly limits: readonly string[];
}

export interface VerifyOptions {
  /** PEM, from outside of the folder: a key that lies beside the evidence proves nothing. */
  readonly publicKeyPem?: string;
}

/** Verifies the folder of a run, `<reports>/<drill>/<UTC start>`; its index is two folders above. Writes nothing. */
export async function verifyRun(folder: string, options: VerifyOptions = {}): Promise<Verification> {
  const checks = [
    check('manifest', await checkManifest(folder)),
    await signatureCheck(folder, options.publicKeyPem),
    await indexCheck(folder),
    await journalCheck(folder),
    await reportsCheck(folder),
  ];
  return {
    ok: checks.every((it) => it.verdict !== 'bad'),
    checks,
    limits: limitsOf(options.publicKeyPem !== undefined),
  };
}

function check(name: Check['name'], faults: readonly string[]): Check {
  return { name, verdict: faults.length > 0 ? 'bad' : 'good', details: faults };
}

async function signatureCheck(folder: string, publicKeyPem: string | undefined): Promise<Check> {
  if (publicKeyPem === undefined) {
    return {
      name: 'signature',
      verdict: 'unproven',
      details: ['integrity only, authorship unproven: no public key was given'],
    };
  }
  const state = await checkSignature(folder, publicKeyPem);
  if (state === 'good') return check('signature', []);
  return check('signature', [
    state === 'none'
      ? `the run is not signed: there is no ${signatureFileName}`
      : `${signatureFileName} is not by this key, or not of this ${manifestFileName}`,
  ]);
}

async function indexCheck(folder: string): Promise<Check> {
  const index = await readIndex(dirname(dirname(folder)));
  if (index.entries.length === 0) {
    return {
      name: 'index',
      verdict: 'unproven',
      details: ['there is no index of runs beside it: whether runs were left out cannot be told'],
    };
  }
  const broken = index.faults.map((fault) => `${indexFileName}:${fault.line} ${fault.message}`);
  const faults = [...broken, ...(await linesAbout(folder, index))];
  return faults.length > 0 ? check('index', faults) : { ...check('index', []), details: unfinished(index) };
}

/** Not this run's fault, but what a reader who suspects that runs were left out must know. */
function unfinished(index: RunIndex): string[] {
  const names = runsWithoutEnd(index).map((it) => it.folder);
  return names.length === 0
    ? []
    : [`began and never ended (killed, still running, or hidden): ${names.join(', ')}`];
}

async function linesAbout(folder: string, { entries, lines }: RunIndex): Promise<readonly string[]> {
  const name = `${basename(dirname(folder))}/${basename(folder)}`;
  const own = entries.filter((it) => it.folder === name);
  const started = own.filter((it) => it.event === 'started');
  const ended = own.filter((it) => it.event === 'ended');
  const run = `the run ${name}`;
  if (started.length !== 1)
    return [`${indexFileName}: ${run} is entered ${started.length} times, expected once`];
  if (ended.length !== 1) return [`${indexFileName}: ${run} has ${ended.length} ends, expected one`];
  const kept = await readText(folder, indexLineFileName);
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
    ...disagreements(own, await runOf(folder)).map((fault) => `${indexFileName}: ${fault}`),
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
    const same = it.verdict === run.verdict && it.exitCode === run.exitCode && it.rehearsal === run.rehearsal;
    return same
      ? wrong
      : [
          ...wrong,
          `it says ${it.verdict}, exit ${it.exitCode}; the journal says ${run.verdict}, exit ${run.exitCode}`,
        ];
  });
}

async function runOf(folder: string): Promise<RunResult | undefined> {
  try {
    return await Promise.resolve(judge(readJournal(join(folder, journalFileName))));
  } catch {
    return undefined;
  }
}

async function journalCheck(folder: string): Promise<Check> {
  const torn: string[] = [];
  try {
    const events = readJournal(join(folder, journalFileName), {
      onTorn: (line) => torn.push(`line ${line} is torn off`),
    });
    const faults = await checkJournal(events);
    return check('journal', [...faults.map((fault) => `event ${fault.seq}: ${fault.message}`), ...torn]);
  } catch (error) {
    return check('journal', [messageOf(error)]);
  }
}

/** Judges the journal again and draws every report again; what differs by one byte is named. */
async function reportsCheck(folder: string): Promise<Check> {
  const result = await runOf(folder);
  if (!result) return check('reports', ['the journal cannot be judged']);
  const junitFile = junitFileName(result.drill.name);
  const junit = await readText(folder, junitFile);
  const faults: string[] = [];
  for (const [name, expected] of await renderReports(result, optionsOf(junit))) {
    const found = await readText(folder, name);
    if (found === undefined) faults.push(`${name} is missing`);
    else if (found !== expected)
      faults.push(`${name} is not what the journal gives${whereOf(name, found, expected)}`);
  }
  return check('reports', faults);
}

/** How the JUnit file was asked for, as it says itself: a matter of form, not of figures. */
function optionsOf(junit: string | undefined): JunitOptions {
  const [, attached] = /\[\[ATTACHMENT\|([^\n]*)\/report\.html\]\]/.exec(junit ?? '') ?? [];
  const gitlab = /<testcase [^>]*\bfile="/.test(junit ?? '');
  return {
    ...(attached !== undefined && { baseFolder: attached }),
    ...(gitlab && { flavor: 'gitlab' as const }),
  };
}

function whereOf(name: string, found: string, expected: string): string {
  if (name !== resultFileName) return '';
  const lines = expected.split('\n');
  const place = found.split('\n').findIndex((line, at) => line !== lines[at]);
  return place === -1 ? '' : `, line ${place + 1}: expected ${(lines[place] ?? '').trim()}`;
}

function readText(folder: string, name: string): Promise<string | undefined> {
  return readFile(join(folder, name), 'utf8').catch(() => undefined);
}
