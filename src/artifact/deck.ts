/** decK dumps: taken with the real decK, and checked for what a dump can silently leave out. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from '../model/drill-recovery.js';
import { messageOf } from '../model/drill-error.js';
import { deckDump } from '../engine/deck.js';
import type { AdminApi } from '../system/admin-api.js';
import type { ArtifactContext, Found } from './artifact.js';
import { lastLine } from './database.js';

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
  const result = await deckDump(lab, path, { limitMs, signal, withIds: artifact.withIds ?? false });
  if (!result.ok)
    return { method: 'dump', path, faults: [`deck dump: ${result.failure}: ${lastLine(result.stderr)}`] };
  const found = await giveDeck(path, () => readFile(path, 'utf8'));
  return { ...found, method: 'dump', faults: [...found.faults, ...(await missingSections(found, context))] };
}

/** A decK file: is it YAML, and is there anything in it? (An empty one syncs to nothing, and deletes all.) */
export async function giveDeck(path: string, read: () => Promise<string>): Promise<Found> {
  const { parse } = await import('yaml');
  let content: unknown;
  try {
    content = parse(await read());
  } catch (error) {
    return { method: 'file', path, faults: [`not readable as YAML: ${messageOf(error)}`] };
  }
  const entities = sectionSizes(content);
  const faults =
    Object.keys(entities).length === 0 ? ['it holds no entity: syncing it would delete everything'] : [];
  return { method: 'file', path, faults, entities };
}

async function missingSections(found: Found, { admin, signal }: ArtifactContext): Promise<string[]> {
  const checked = await Promise.all(
    Object.entries(silentlyLeftOut).map(async ([section, path]) =>
      (await holdsAny(admin, path, signal)) && !found.entities?.[section]
        ? [`Kong has ${section}, the dump has none`]
        : [],
    ),
  );
  return checked.flat();
}

async function holdsAny(admin: AdminApi, path: string, signal: AbortSignal): Promise<boolean> {
  for await (const page of admin.list(path, { size: 1, signal })) return page.length > 0;
  return false;
}

function sectionSizes(content: unknown): Record<string, number> {
  if (typeof content !== 'object' || content === null) return {};
  return Object.fromEntries(
    Object.entries(content)
      .filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]) && entry[1].length > 0)
      .map(([section, list]) => [section, list.length]),
  );
}
