/** What lies in a project's folder that a recovery could start from, or that says which Kong it is; only ever reading. */
import { open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { textIn } from '../system/files.js';
import { readCompose } from './compose.js';
import type { Found } from './found.js';

const deepest = 3;
const mostFiles = 5_000;
const lookedBytes = 4_096;
/** Names of which somebody expects that they are taken. */
const deckName = /(?:^|\/)(?:kong|deck)\.(?:ya?ml|json)$/;
const left = /^(?:\..*|node_modules|reports|dist|build|vendor|target)$/;

/** Never throws: what cannot be read is as if it were not there. */
export async function surveyFolder(folder: string): Promise<Found> {
  const files = await filesIn(folder, '', deepest);
  const looked = await Promise.all(
    files.map(async (file) => ({ file, begins: await beginningOf(join(folder, file)) })),
  );
  const compose = files.find((file) => /(?:^|\/)(?:docker-)?compose[^/]*\.ya?ml$/.test(file));
  const deckFiles = looked.filter(isDeckFile).map(({ file }) => file);
  const dumps = looked.filter(({ begins }) => begins.startsWith('PGDMP')).map(({ file }) => file);
  const deck = chosenDeck(deckFiles);
  const noDeck = files.filter((file) => deckName.test(file) && !deckFiles.includes(file));
  const dump = await newest(folder, dumps);
  const ofCompose: Found =
    compose === undefined ? { notes: [] } : readCompose(compose, (await textIn(join(folder, compose))) ?? '');
  return {
    ...ofCompose,
    ...(deck === undefined ? {} : { deck }),
    ...(dump === undefined ? {} : { dump }),
    notes: [
      ...ofCompose.notes,
      ...(deck === undefined
        ? []
        : [
            `${deck}: configuration for decK${others(deckFiles.filter((file) => file !== deck && dirname(file) !== deck))}`,
          ]),
      ...noDeck.map((file) => `${file}: no configuration for decK, it does not begin with _format_version`),
      ...(dump === undefined
        ? []
        : [`${dump}: a dump of a database${others(dumps.filter((file) => file !== dump))}`]),
    ],
  };
}

/** Those nearest to the top first. */
async function filesIn(folder: string, within: string, depth: number): Promise<readonly string[]> {
  const entries = await readdir(join(folder, within), { withFileTypes: true }).catch(() => []);
  const kept = entries.filter(({ name }) => !left.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const here = kept.filter((entry) => entry.isFile()).map(({ name }) => join(within, name));
  if (depth === 0) return here;
  const found = [...here];
  for (const entry of kept.filter((one) => one.isDirectory())) {
    if (found.length >= mostFiles) break;
    found.push(...(await filesIn(folder, join(within, entry.name), depth - 1)));
  }
  return found.slice(0, mostFiles);
}

async function beginningOf(file: string): Promise<string> {
  if (!/\.(?:ya?ml|json|dump|backup|bak|pgdump|pgdmp)$|\/[^./]+$/i.test(file)) return '';
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(lookedBytes), 0, lookedBytes, 0);
    return buffer.subarray(0, bytesRead).toString('latin1');
  } catch {
    return '';
  }
}

function isDeckFile({ begins }: { readonly begins: string }): boolean {
  return /^\s*["']?_format_version["']?\s*:/m.test(begins);
}

/** One file stands for itself; several in one folder are dumped and synced as the folder. */
function chosenDeck(files: readonly string[]): string | undefined {
  const [first] = files;
  if (first === undefined) return undefined;
  const beside = files.filter((file) => dirname(file) === dirname(first));
  return beside.length > 1 && dirname(first) !== '.' ? dirname(first) : first;
}

async function newest(folder: string, files: readonly string[]): Promise<string | undefined> {
  const dated = await Promise.all(
    files.map(async (file) => ({
      file,
      changedMs: (await stat(join(folder, file)).catch(() => undefined))?.mtimeMs ?? 0,
    })),
  );
  return dated.sort((a, b) => b.changedMs - a.changedMs)[0]?.file;
}

function others(files: readonly string[]): string {
  return files.length === 0
    ? ''
    : ` (left aside: ${files.slice(0, 3).join(', ')}${files.length > 3 ? ', …' : ''})`;
}
