/** Where a run lies, `<reports>/<drill>/<UTC start>`, and the name that the index has for it. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The folder of the index that a run is entered in. */
export const reportsFolderOf = (folder: string): string => dirname(dirname(folder));

/** `<drill>/<UTC start>`, with `/` on every system. */
export const runNameOf = (folder: string): string => `${basename(dirname(folder))}/${basename(folder)}`;

/** The folder that a path leads to, be it by a link; where links cannot be made, `latest` is a file that holds a name. */
export async function folderAt(path: string): Promise<string | undefined> {
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) return undefined;
  if ((await stat(target)).isDirectory()) return target;
  return realpath(join(dirname(target), (await readFile(target, 'utf8')).trim())).catch(() => undefined);
}
