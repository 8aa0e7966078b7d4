/** The digests of everything in a run's folder, in the form of `sha256sum`, so that anybody can check them without us. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256, sha256OfFile, textIn, writeWhole } from '../system/files.js';

export const manifestFileName = 'MANIFEST.sha256';
export const signatureFileName = 'MANIFEST.sha256.sig';
/** Notes that people add afterwards, each signed and dated on its own. */
export const signOffFolder = 'sign-off';

/** Writes the manifest of a folder. @returns its own SHA-256. */
export async function writeManifest(folder: string): Promise<string> {
  const lines: string[] = [];
  for (const name of await filesOf(folder))
    lines.push(`${await sha256OfFile(join(folder, name))}  ${name}\n`);
  const text = lines.join('');
  await writeWhole(join(folder, manifestFileName), text);
  return sha256(text);
}

/** The digest of each file that the manifest lists, by its name; empty where there is none. */
export async function readManifest(folder: string): Promise<ReadonlyMap<string, string>> {
  return linesOf((await textIn(join(folder, manifestFileName))) ?? '').listed;
}

/** One sentence for each file that is changed, gone, or not listed; none where everything is as it was. */
export async function checkManifest(folder: string): Promise<readonly string[]> {
  const text = await textIn(join(folder, manifestFileName));
  if (text === undefined)
    return [`${manifestFileName} is missing: the run was never sealed (killed, or still running)`];
  const { listed, mistaken } = linesOf(text);
  const faults = mistaken.map((line) => `${manifestFileName}:${line} is no line of a manifest`);
  if (!text.endsWith('\n')) faults.push(`${manifestFileName} is cut off`);
  const present = new Set(await filesOf(folder));
  for (const [name, digest] of listed) {
    if (!present.has(name)) faults.push(`${name} is missing`);
    else if ((await sha256OfFile(join(folder, name))) !== digest) faults.push(`${name} was changed`);
  }
  return [
    ...faults,
    ...[...present].filter((name) => !listed.has(name)).map((name) => `${name} is not in the manifest`),
  ];
}

function linesOf(text: string): { listed: ReadonlyMap<string, string>; mistaken: readonly number[] } {
  const listed = new Map<string, string>();
  const mistaken: number[] = [];
  for (const [place, line] of text.split('\n').slice(0, -1).entries()) {
    const [, digest, name] = /^([0-9a-f]{64}) {2}(\S.*)$/.exec(line) ?? [];
    if (digest === undefined || name === undefined || listed.has(name)) mistaken.push(place + 1);
    else listed.set(name, digest);
  }
  return { listed, mistaken };
}

/** Every file of a run that the manifest covers, sorted, with `/`. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  const files: string[] = [];
  for (const name of names.map((it) => it.replaceAll('\\', '/')).sort()) {
    const own =
      name === manifestFileName || name === signatureFileName || name.startsWith(`${signOffFolder}/`);
    if (!own && (await stat(join(folder, name))).isFile()) files.push(name);
  }
  return files;
}
