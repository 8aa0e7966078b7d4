/** Notes that people add to a sealed run, each a file with its signature, and each with its line in the index. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillError } from '../model/drill-error.js';
import { signOffVersion } from '../model/sign-off.js';
import type { Decision, SignOff } from '../model/sign-off.js';
import type { Clock } from '../system/clock.js';
import { sha256, sha256OfFile, writeWhole } from '../system/files.js';
import { manifestFileName, signOffFolder } from './manifest.js';
import { readRun } from './read-run.js';
import { stampOf } from './run-folder.js';
import { appendToIndex } from './run-index.js';
import { reportsFolderOf, runNameOf } from './run-place.js';
import { publicKeyOf, signatureOf } from './signature.js';
import { verifyRun } from './verify.js';

export interface SignOffRequest {
  readonly by: string;
  readonly decision: Decision;
  readonly note: string;
  readonly privateKeyPem: string;
  readonly clock: Clock;
}

/**
 * @returns the path of the note.
 * @throws DrillError `usage` where the run is not whole: nobody should put a name to what does not hold.
 */
export async function signOff(folder: string, request: SignOffRequest): Promise<string> {
  const { ok, checks } = await verifyRun(folder);
  const faults = checks.filter((it) => it.verdict === 'bad').flatMap((it) => it.details);
  if (!ok) throw doesNotHold(folder, faults[0] ?? '');
  const { runId, drill } = await readRun(folder);
  const utc = request.clock.utc();
  const note: SignOff = {
    schemaVersion: signOffVersion,
    runId,
    drill: drill.name,
    manifestSha256: await sha256OfFile(join(folder, manifestFileName)),
    by: request.by,
    utc: utc.toISOString(),
    decision: request.decision,
    note: request.note,
    publicKey: publicKeyOf(request.privateKeyPem),
  };
  const text = `${JSON.stringify(note, null, 2)}\n`;
  const name = `${stampOf(utc)}.json`;
  await mkdir(join(folder, signOffFolder), { recursive: true });
  const file = join(folder, signOffFolder, name);
  await writeWhole(file, text);
  await writeWhole(`${file}.sig`, signatureOf(Buffer.from(text), request.privateKeyPem));
  await appendToIndex(
    reportsFolderOf(folder),
    {
      event: 'signed-off',
      runId,
      drill: drill.name,
      folder: runNameOf(folder),
      utc: note.utc,
      note: name,
      noteSha256: sha256(text),
    },
    request.clock,
  );
  return file;
}

function doesNotHold(folder: string, fault: string): DrillError {
  return new DrillError(
    'usage',
    `this run does not hold, so nobody can sign it off: ${fault}`,
    `kong-drill verify ${folder}`,
  );
}
