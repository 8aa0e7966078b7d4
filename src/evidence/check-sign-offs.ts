/** The notes of a run: each about this run as it was sealed, by the key that it names, and none added or taken away unseen. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256OfFile, textIn } from '../system/files.js';
import { checkOf, unproven } from './check.js';
import type { Check } from './check.js';
import { manifestFileName, signOffFolder } from './manifest.js';
import { indexFileName } from './run-index.js';
import type { RunIndex } from './run-index.js';
import { runNameOf } from './run-place.js';
import { isSignedBy } from './signature.js';
import { readSignOff, signOffNames } from './sign-off-notes.js';

/** No check at all where nobody has signed anything off. */
export async function checkSignOffs(
  folder: string,
  { entries }: RunIndex,
  publicKeyPems: readonly string[],
): Promise<Check[]> {
  const names = await signOffNames(folder);
  const run = runNameOf(folder);
  const entered = entries.flatMap((it) => (it.event === 'signed-off' && it.folder === run ? [it] : []));
  if (names.length === 0 && entered.length === 0) return [];
  const manifest = await sha256OfFile(join(folder, manifestFileName)).catch(() => 'missing');
  const faults: string[] = [];
  const unknown: string[] = [];
  for (const name of names) {
    const place = `${signOffFolder}/${name}`;
    const note = await readSignOff(folder, name);
    if (!note) {
      faults.push(`${place} is no note`);
      continue;
    }
    const { bytes, signature } = await signedNote(join(folder, signOffFolder, name));
    if (!fits(bytes, signature, note.publicKey)) faults.push(`${place}.sig is not of ${place}`);
    if (note.manifestSha256 !== manifest) faults.push(`${place} is about another state of this run`);
    if (!publicKeyPems.some((pem) => isSignedBy(bytes, signature, pem)))
      unknown.push(`${place}: by ${note.by}, whose key was not given: authorship unproven`);
  }
  for (const { note, noteSha256 } of entered) {
    const found = await sha256OfFile(join(folder, signOffFolder, note)).catch(() => undefined);
    if (found === undefined) faults.push(`${signOffFolder}/${note} is missing`);
    else if (found !== noteSha256) faults.push(`${signOffFolder}/${note} was changed`);
  }
  if (entries.length > 0)
    for (const name of names.filter((it) => !entered.some(({ note }) => note === it)))
      faults.push(`${signOffFolder}/${name} is not in ${indexFileName}`);
  if (faults.length > 0) return [checkOf('sign-off', faults)];
  return [unknown.length > 0 ? unproven('sign-off', ...unknown) : checkOf('sign-off', [])];
}

async function signedNote(file: string): Promise<{ bytes: Uint8Array; signature: string }> {
  return { bytes: await readFile(file), signature: (await textIn(`${file}.sig`)) ?? '' };
}

/** The key in a note may be anything. */
function fits(bytes: Uint8Array, signature: string, publicKeyPem: string): boolean {
  try {
    return isSignedBy(bytes, signature, publicKeyPem);
  } catch {
    return false;
  }
}
