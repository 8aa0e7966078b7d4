/** decK dumps: taken with the real decK, and checked for what a dump can silently leave out. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from '../model/drill-recovery.js';
import { messageOf } from '../model/drill-error.js';
import { deckDump } from '../engine/deck.js';
import type { ArtifactContext, Found } from './artifact.js';
import { failureInOneLine } from '../system/command-words.js';
import { collectionsHeld } from './held.js';

type DeckArtifact = Extract<Artifact, { kind: 'deck' }>;

/** Kinds that a dump made with a restricted token leaves out without a word: decK's section → Admin path. */
const silentlyLeftOut = {
  services: '/services',
  consumers: '/consumers',
  vaults: '/vaults',
  keys: '/keys',
  upstreams: '/upstreams',
};

export async function takeDeck(
  name: string,
  artifact: DeckArtifact,
  context: ArtifactContext,
): Promise<Found> {
  const { lab, limitMs, signal } = context;
  const path = join(context.workFolder, `${name}.yaml`);
  const result = await deckDump(lab, path, {
    limitMs,
    signal,
    withIds: artifact.withIds ?? false,
    selectTags: artifact.selectTags ?? [],
  });
  if (!result.ok) return { method: 'dump', path, faults: [`deck dump: ${failureInOneLine(result)}`] };
  // What was chosen by tags is partial on purpose.
  const compared = artifact.selectTags === undefined ? { ...context, isOurs: () => false } : alone(context);
  return { ...(await giveDeck(path, compared)), method: 'dump' };
}

/** With nothing to compare with. */
function alone(context: ArtifactContext): ArtifactContext {
  return { ...context, admin: undefined };
}

/** A decK file, or a folder of them: is it YAML, is there anything in it (else syncing it deletes all), and what Kong holds? */
export async function giveDeck(path: string, context: ArtifactContext): Promise<Found> {
  const { parse } = await import('yaml');
  const entities: Record<string, number> = {};
  for (const file of await deckFilesAt(path)) {
    try {
      addSections(entities, parse(await readFile(file, 'utf8')));
    } catch (error) {
      return { method: 'file', path, faults: [`${file}: not readable as YAML: ${messageOf(error)}`] };
    }
  }
  const isEmpty = Object.keys(entities).length === 0;
  const faults = isEmpty
    ? ['it holds no entity: syncing it would delete everything']
    : await missingSections(entities, context);
  return { method: 'file', path, faults, entities };
}

/** decK reads the YAML and JSON files of a folder, and of those within it. */
async function deckFilesAt(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path, { recursive: true })).filter((name) => /\.(?:ya?ml|json)$/.test(name));
  return names.sort().map((name) => join(path, name));
}

async function missingSections(
  entities: Readonly<Record<string, number>>,
  context: ArtifactContext,
): Promise<string[]> {
  const lacking = Object.entries(silentlyLeftOut).filter(([section]) => !entities[section]);
  const held = await collectionsHeld(
    lacking.map(([, path]) => path),
    context,
  );
  return held.map((path) => `Kong has ${path.slice(1)}, the dump has none`);
}

function addSections(entities: Record<string, number>, content: unknown): void {
  if (typeof content !== 'object' || content === null) return;
  for (const [section, list] of Object.entries(content)) {
    if (Array.isArray(list) && list.length > 0) entities[section] = (entities[section] ?? 0) + list.length;
  }
}
