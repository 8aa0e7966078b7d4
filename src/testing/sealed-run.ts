/** Sealed runs in a reports folder, as honest tools and careful forgers make them. */
import { generateKeyPairSync } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeManifest } from '../evidence/manifest.js';
import { indexLineFileName, openRunFolder, sealRunFolder } from '../evidence/run-folder.js';
import { indexFileName, noLineBefore } from '../evidence/run-index.js';
import { signManifest } from '../evidence/signature.js';
import { openJournal } from '../journal/journal.js';
import { readJournal } from '../journal/read-journal.js';
import { createRedactor } from '../journal/redaction.js';
import type { JournalEvent } from '../model/journal.js';
import { renderReports } from '../report/files.js';
import { systemClock } from '../system/clock.js';
import { sha256, sha256OfFile, writeWhole } from '../system/files.js';
import { randomHex } from '../system/random.js';
import { judge } from '../verdict/judge.js';
import { buildJournal } from './journal-builder.js';
import type { JournalShape } from './journal-builder.js';

export interface KeyPair {
  readonly privatePem: string;
  readonly publicPem: string;
}

export function keyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

export interface SealedRun {
  readonly shape?: JournalShape;
  /** In place of those of a shape. */
  readonly events?: readonly JournalEvent[];
  readonly startedUtc?: Date;
  readonly signingKeyPem?: string;
  /** False for one that was killed: it has a journal, and nothing else. True by default. */
  readonly sealed?: boolean;
}

/** A whole run, from its line in the index to its seal. @returns its folder. */
export async function makeRun(reports: string, options: SealedRun = {}): Promise<string> {
  const clock = systemClock();
  const [started, ...events] = options.events ?? buildJournal(options.shape);
  if (started?.kind !== 'run-started') throw new Error('a journal begins with its run');
  const first = { ...started, runId: randomHex(6) };
  const { runId, drill, trigger } = first;
  const run = await openRunFolder({
    reportsFolder: reports,
    runId,
    drill,
    trigger,
    startedUtc: options.startedUtc ?? new Date(first.utc),
    clock,
  });
  const onFault = (message: string): never => {
    throw new Error(message);
  };
  const journal = await openJournal(run.folder, { clock, redactor: createRedactor(), onFault });
  for (const event of [first, ...events]) journal.record(event);
  await journal.close();
  if (options.sealed === false) return run.folder;
  await redraw(run.folder);
  await sealRunFolder(run, judge(readJournal(journal.file)), options.signingKeyPem);
  return run.folder;
}

/** Judges and draws everything anew. */
export async function redraw(folder: string): Promise<void> {
  const result = judge(readJournal(join(folder, 'journal.ndjson')));
  for (const [name, text] of await renderReports(result, { baseFolder: 'reports' }))
    await writeWhole(join(folder, name), text);
}

type Line = Record<string, unknown>;

/** Makes the index anew from its lines, every hash as it should be, and lets each folder follow. */
export async function rebuildIndex(
  reports: string,
  edit: (lines: readonly Line[]) => readonly Line[] = (lines) => lines,
): Promise<void> {
  const file = join(reports, indexFileName);
  const text = await readFile(file, 'utf8');
  const old = text.split('\n').slice(0, -1);
  const lines = edit(old.map((line) => JSON.parse(line) as Line));
  let previous = noLineBefore;
  const anew: string[] = [];
  for (const entry of lines) {
    const folder = join(reports, String(entry.folder));
    const manifest = join(folder, 'MANIFEST.sha256');
    const { verdict, exitCode, rehearsal } = entry.event === 'ended' ? await verdictOf(folder) : {};
    const changed = {
      ...entry,
      ...(entry.event === 'ended' && {
        verdict,
        exitCode,
        rehearsal,
        manifestSha256: await sha256OfFile(manifest),
      }),
    };
    const body = JSON.stringify({ ...changed, previous, sha256: undefined });
    const line = `${body.slice(0, -1)},"sha256":"${sha256(body)}"}`;
    previous = sha256(line);
    anew.push(`${line}\n`);
  }
  await writeFile(file, anew.join(''));
}

/** Reports, manifest, the line kept in the folder, signature and index: all of them made to fit the journal again. */
export async function reforge(folder: string, signingKeyPem?: string): Promise<void> {
  const reports = dirname(dirname(folder));
  await redraw(folder);
  await rebuildIndex(reports);
  await keepLine(folder);
  await writeManifest(folder);
  if (signingKeyPem !== undefined) await signManifest(folder, signingKeyPem);
  await rebuildIndex(reports);
}

/** Copies the run's line in the index into its folder. */
export async function keepLine(folder: string): Promise<void> {
  const text = await readFile(join(dirname(dirname(folder)), indexFileName), 'utf8');
  const line = text
    .split('\n')
    .find((it) => it.includes('"event":"started"') && it.includes(basename(folder)));
  await writeFile(join(folder, indexLineFileName), `${line ?? ''}\n`);
}

async function verdictOf(folder: string): Promise<Line> {
  const { verdict, exitCode, rehearsal } = JSON.parse(
    await readFile(join(folder, 'result.json'), 'utf8'),
  ) as Line;
  return { verdict, exitCode, rehearsal };
}

export interface ByteChange {
  readonly file: string;
  readonly at: number;
  readonly undo: () => Promise<void>;
}

/** Changes one byte somewhere in the evidence of a run: in turns in each of its files and in the index. */
export async function changeOneByte(
  folder: string,
  round: number,
  random: (below: number) => number,
  index = join(dirname(dirname(folder)), indexFileName),
): Promise<ByteChange> {
  const names = (await readdir(folder)).sort().map((name) => join(folder, name));
  const files = [...names, index];
  const file = files[round % files.length] ?? '';
  const original = await readFile(file);
  const changed = Buffer.from(original);
  const at = random(changed.length);
  changed[at] = ((changed[at] ?? 0) + 1 + random(255)) % 256;
  await writeFile(file, changed);
  return { file, at, undo: () => writeFile(file, original) };
}

/** Numbers that look random and are the same each time. */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 48_271) % 2_147_483_647) % below;
}
