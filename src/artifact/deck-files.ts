/** The files of a decK dump: one, or a folder of them; and which workspace each is of. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../model/drill-error.js';
import { defaultWorkspace } from '../model/plan.js';

export interface DeckFile {
  readonly workspace: string;
  /** Its sections and settings, by name. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** @throws where a file is not readable as YAML. */
export async function readDeckFiles(path: string): Promise<readonly DeckFile[]> {
  const { parse } = await import('yaml');
  return await Promise.all(
    (await deckFilesAt(path)).map(async (file) => {
      const text = await readFile(file, 'utf8');
      try {
        const content: unknown = parse(text);
        return {
          workspace: workspaceIn(text),
          content: typeof content === 'object' && content !== null ? (content as DeckFile['content']) : {},
        };
      } catch (error) {
        throw new Error(`${file}: not readable as YAML: ${messageOf(error)}`, { cause: error });
      }
    }),
  );
}

/** What has to be synced on its own: the files of each workspace of a folder that holds several, else all of it. */
export async function syncedTogether(path: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const files = (await isFolder(path)) ? await deckFilesAt(path) : [];
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const workspace = workspaceIn(await readFile(file, 'utf8'));
    groups.set(workspace, [...(groups.get(workspace) ?? []), file]);
  }
  return groups.size > 1 ? groups : new Map([['', [path]]]);
}

/** decK reads the YAML and JSON files of a folder, and of those within it. */
async function deckFilesAt(path: string): Promise<readonly string[]> {
  if (!(await isFolder(path))) return [path];
  const names = (await readdir(path, { recursive: true })).filter((name) => /\.(?:ya?ml|json)$/.test(name));
  return names.sort().map((name) => join(path, name));
}

/** Read off the text: parsing a large dump would count towards the recovery time. */
function workspaceIn(text: string): string {
  const found = /^_workspace:\s*["']?([^\s"'#]+)|^\s*\{?\s*"_workspace"\s*:\s*"([^"]+)"/m.exec(text);
  return found?.[1] ?? found?.[2] ?? defaultWorkspace;
}

/** What is not there is no folder: decK will say so. */
async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
