/** decK dumps: taken with the real decK, and checked for what a dump can silently leave out. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from '../model/drill-recovery.js';
import { messageOf } from '../model/drill-error.js';
import { defaultWorkspace } from '../model/plan.js';
import { deckDump, deckDumpAll } from '../engine/deck.js';
import { inWorkspace } from '../system/admin-api.js';
import { failureInOneLine } from '../system/command-words.js';
import type { ArtifactContext, Found } from './artifact.js';
import { readDeckFiles } from './deck-files.js';
import type { DeckFile } from './deck-files.js';
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
  const { lab, limitMs, signal, workFolder } = context;
  const { withIds = false, allWorkspaces = false, selectTags = [] } = artifact;
  const path = join(workFolder, allWorkspaces ? name : `${name}.yaml`);
  if (allWorkspaces) await mkdir(path);
  const dump = allWorkspaces ? deckDumpAll : deckDump;
  const result = await dump(lab, path, { limitMs, signal, withIds, selectTags });
  if (!result.ok) return { method: 'dump', path, faults: [`deck dump: ${failureInOneLine(result)}`] };
  const compared = { ...context, isOurs: () => false };
  return { ...(await giveDeck(path, artifact, compared)), method: 'dump' };
}

/** A decK file, or a folder of them: is it YAML, is there anything in it (else syncing it deletes all), and what Kong holds? */
export async function giveDeck(
  path: string,
  artifact: Pick<DeckArtifact, 'allWorkspaces' | 'selectTags'>,
  context: ArtifactContext,
): Promise<Found> {
  let files: readonly DeckFile[];
  try {
    files = await readDeckFiles(path);
  } catch (error) {
    return { method: 'file', path, faults: [messageOf(error)] };
  }
  const sections = sectionsOf(files);
  if (Object.keys(sections).length === 0)
    return {
      method: 'file',
      path,
      faults: ['it holds no entity: syncing it would delete everything'],
      entities: {},
    };
  // What was chosen by tags is partial on purpose.
  const faults = artifact.selectTags === undefined ? await whatIsLacking(files, artifact, context) : [];
  return { method: 'file', path, faults, entities: sections };
}

async function whatIsLacking(
  files: readonly DeckFile[],
  { allWorkspaces = false }: Pick<DeckArtifact, 'allWorkspaces'>,
  context: ArtifactContext,
): Promise<string[]> {
  const there = [...new Set(files.map(({ workspace }) => workspace))];
  const lacking = await Promise.all(there.map((workspace) => missingSections(workspace, files, context)));
  const workspaces = allWorkspaces ? await workspacesHeld(context) : [];
  return [
    ...workspaces
      .filter((name) => !there.includes(name))
      .map((name) => `Kong has the workspace ${name}, the dump has none of it`),
    ...lacking.flat(),
  ];
}

async function missingSections(
  workspace: string,
  files: readonly DeckFile[],
  { admin, isOurs, signal }: ArtifactContext,
): Promise<string[]> {
  const sections = sectionsOf(files.filter((file) => file.workspace === workspace));
  const lacking = Object.entries(silentlyLeftOut).filter(([section]) => !sections[section]);
  const held = await collectionsHeld(
    lacking.map(([, path]) => path),
    { admin: admin && inWorkspace(admin, workspace), isOurs, signal },
  );
  const where = workspace === defaultWorkspace ? '' : `${workspace}/`;
  return held.map((path) => `Kong has ${where}${path.slice(1)}, the dump has none`);
}

async function workspacesHeld({ admin, signal }: ArtifactContext): Promise<string[]> {
  const names: string[] = [];
  if (!admin) return names;
  for await (const page of admin.list('/workspaces', { signal }))
    names.push(...page.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])));
  return names;
}

/** How many entities there are in each section of the files. */
function sectionsOf(files: readonly DeckFile[]): Record<string, number> {
  const sections: Record<string, number> = {};
  for (const [section, list] of files.flatMap(({ content }) => Object.entries(content)))
    if (Array.isArray(list) && list.length > 0) sections[section] = (sections[section] ?? 0) + list.length;
  return sections;
}
