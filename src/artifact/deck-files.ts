/** The files of a decK dump: one, or a folder of them; and which workspace each is of. */
import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '../model/drill-error.js';
import { defaultWorkspace } from '../model/plan.js';
import { deckFilesIn } from '../parity/deck-reader.js';

export interface DeckFile {
  readonly workspace: string;
  /** Its sections and settings, by name. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** @throws where a file is not readable as YAML. */
export async function readDeckFiles(path: string): Promise<readonly DeckFile[]> {
  const { plainYaml } = await import('../system/plain-yaml.js');
  return await Promise.all(
    (await deckFilesAt(path)).map(async (file) => {
      const text = await readFile(file, 'utf8');
      try {
        const content = plainYaml(text);
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

async function deckFilesAt(path: string): Promise<readonly string[]> {
  return (await isFolder(path)) ? await deckFilesIn(path) : [path];
}

/** Read off the text: parsing a large dump would count towards the recovery time. */
function workspaceIn(text: string): string {
  // Blanks of one line only, and bounded: a file of nothing but line breaks must not take minutes.
  const found =
    /^_workspace:[ \t]{0,9}["']?([^\s"'#]+)|(?:^|[{,])[ \t]{0,99}"_workspace"\s{0,9}:\s{0,9}"([^"]+)"/m.exec(
      text,
    );
  return found?.[1] ?? found?.[2] ?? defaultWorkspace;
}

/** What is not there is no folder: decK will say so. */
async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
