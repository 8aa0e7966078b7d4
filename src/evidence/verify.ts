/** What of a run can be believed, recomputed offline: digests, signature, index, and every figure from the journal. */
import { join } from 'node:path';
import { checkJournal } from '../journal/check-journal.js';
import { journalFileName } from '../journal/journal.js';
import { readJournal } from '../journal/read-journal.js';
import { messageOf } from '../model/drill-error.js';
import { checkOf, unproven } from './check.js';
import type { Check } from './check.js';
import { checkIndexOf } from './check-index.js';
import { checkReports } from './check-reports.js';
import { checkShards } from './check-shards.js';
import { checkSignOffs } from './check-sign-offs.js';
import { limitsOf } from './limits.js';
import { checkManifest, manifestFileName, signatureFileName } from './manifest.js';
import { readRun } from './read-run.js';
import { readIndex } from './run-index.js';
import { reportsFolderOf } from './run-place.js';
import { checkSignature } from './signature.js';

export interface Verification {
  /** No check is bad. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** What no check can detect without something from outside. */
  readonly limits: readonly string[];
}

export interface VerifyOptions {
  /** PEM, from outside of the folder: a key that lies beside the evidence proves nothing. One of them is to have signed. */
  readonly publicKeyPems?: readonly string[];
  /** Name and version of this program: another one may draw reports in another way. */
  readonly tool?: string;
}

/** Verifies the folder of a run, `<reports>/<drill>/<UTC start>`; its index is two folders above. Writes nothing. */
export async function verifyRun(
  folder: string,
  { publicKeyPems = [], tool }: VerifyOptions = {},
): Promise<Verification> {
  const index = await readIndex(reportsFolderOf(folder));
  const result = await readRun(folder).catch(() => undefined);
  const checks = [
    checkOf('manifest', await checkManifest(folder)),
    await signatureCheck(folder, publicKeyPems),
    await checkIndexOf(folder, index, result),
    await journalCheck(folder),
    await checkReports(folder, result, tool),
    ...(await checkShards(folder, result, {
      publicKeyPems,
      verify: (shard) => verifyRun(shard, tool === undefined ? {} : { tool }),
    })),
    ...(await checkSignOffs(folder, index, publicKeyPems)),
  ];
  return {
    ok: checks.every((it) => it.verdict !== 'bad'),
    checks,
    limits: limitsOf(publicKeyPems.length > 0),
  };
}

async function signatureCheck(folder: string, publicKeyPems: readonly string[]): Promise<Check> {
  if (publicKeyPems.length === 0)
    return unproven('signature', 'integrity only, authorship unproven: no public key was given');
  const states = await Promise.all(publicKeyPems.map((pem) => checkSignature(folder, pem)));
  if (states.includes('good')) return checkOf('signature', []);
  const whose = publicKeyPems.length === 1 ? 'by this key' : 'by one of these keys';
  return checkOf('signature', [
    states.includes('none')
      ? `the run is not signed: there is no ${signatureFileName}`
      : `${signatureFileName} is not ${whose}, or not of this ${manifestFileName}`,
  ]);
}

async function journalCheck(folder: string): Promise<Check> {
  const torn: string[] = [];
  try {
    const events = readJournal(join(folder, journalFileName), {
      onTorn: (line) => torn.push(`line ${line} is torn off`),
    });
    const faults = await checkJournal(events);
    return checkOf('journal', [...faults.map((fault) => `event ${fault.seq}: ${fault.message}`), ...torn]);
  } catch (error) {
    return checkOf('journal', [messageOf(error)]);
  }
}
