/** A run that broke before it was started: no run and no evidence, but a reason, which is not to be lost on its machine. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillError, exitCodeOfError, messageOf } from '../model/drill-error.js';
import { textIn, writeWhole } from '../system/files.js';
import { makeUnstartedFolder } from './run-folder.js';
import { folderAt } from './run-place.js';

const fileName = 'unstarted.json';

export interface Unstarted {
  readonly drill: string;
  readonly error: string;
  /** What to do next; may be empty. */
  readonly hint: string;
  readonly exitCode: number;
  /** Which machine of several it was. */
  readonly shard?: { readonly index: number; readonly of: number };
}

export function unstartedBy(error: unknown, drill: string, shard?: Unstarted['shard']): Unstarted {
  const hint = error instanceof DrillError ? error.hint : '';
  const its = shard && { shard: { index: shard.index, of: shard.of } };
  return { drill, error: messageOf(error), hint, exitCode: exitCodeOfError(error), ...its };
}

/** Where the JUnit file goes too; `latest` leads to it. @returns the folder. */
export async function leaveUnstarted(
  reportsFolder: string,
  unstarted: Unstarted,
  utc: Date,
): Promise<string> {
  const folder = await makeUnstartedFolder(reportsFolder, unstarted.drill, utc);
  await writeWhole(join(folder, fileName), `${JSON.stringify(unstarted, null, 2)}\n`);
  return folder;
}

/** What kept it from being started, of a folder in which nothing was. */
export async function unstartedAt(folder: string): Promise<Unstarted | undefined> {
  const text = await textIn(join(folder, fileName));
  try {
    const said = JSON.parse(text ?? 'null') as Partial<Unstarted> | null;
    const { drill, error, hint = '', exitCode, shard } = said ?? {};
    if (typeof drill !== 'string' || typeof error !== 'string' || typeof hint !== 'string') return undefined;
    if (typeof exitCode !== 'number') return undefined;
    const isShard = typeof shard?.index === 'number' && typeof shard.of === 'number';
    return { drill, error, hint, exitCode, ...(isShard && { shard }) };
  } catch {
    return undefined;
  }
}

/** The drills of a folder of reports whose newest run was not started. */
export async function unstartedIn(reportsFolder: string): Promise<readonly Unstarted[]> {
  const entries = await readdir(reportsFolder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory())
      .map(async ({ name }) => {
        const newest = await folderAt(join(reportsFolder, name, 'latest'));
        return newest === undefined ? undefined : await unstartedAt(newest);
      }),
  );
  return found.flatMap((it) => it ?? []);
}
