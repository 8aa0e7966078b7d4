/** The commands of a plan, as they will run; what is known only at run time stands in angle brackets. */
import type { Artifact } from '../model/drill-recovery.js';
import { placeholders } from '../model/plan.js';

type Command = readonly string[];

const { host, port, user, database, adminUrl, artifact } = placeholders;
const connection = [`--host=${host}`, `--port=${port}`, `--username=${user}`, `--dbname=${database}`];
const deckManners = ['--kong-addr', adminUrl, '--analytics=false', '--no-color'];

export function pgDump(name: string): Command {
  return ['pg_dump', '--format=custom', `--file=${artifact(name)}`, ...connection];
}

export interface PgRestore {
  readonly file: string;
  readonly jobs: number;
  readonly clean: boolean;
}

export function pgRestore({ file, jobs, clean }: PgRestore): Command {
  const over = clean ? ['--clean', '--if-exists'] : [];
  return ['pg_restore', ...connection, '--no-owner', `--jobs=${jobs}`, ...over, file];
}

export function kongMigrations(verb: 'bootstrap' | 'up' | 'finish'): Command {
  return ['kong', 'migrations', verb];
}

export interface DeckDump {
  readonly name: string;
  readonly withIds: boolean;
  /** Into the current folder, a file for each. */
  readonly allWorkspaces: boolean;
  readonly selectTags: readonly string[];
}

export function deckDump({ name, withIds, allWorkspaces, selectTags }: DeckDump): Command {
  const where = allWorkspaces ? ['--all-workspaces'] : ['-o', artifact(name)];
  const ids = withIds ? ['--with-id'] : [];
  return ['deck', 'gateway', 'dump', ...where, '--yes', ...ids, ...tagOptions(selectTags), ...deckManners];
}

export function createWorkspace(): Command {
  return ['POST', `${adminUrl}/workspaces`];
}

export function deckSync(file: string, selectTags: readonly string[] = []): Command {
  return ['deck', 'gateway', 'sync', file, ...tagOptions(selectTags), ...deckManners];
}

function tagOptions(tags: readonly string[]): readonly string[] {
  return tags.flatMap((tag) => ['--select-tag', tag]);
}

/** What brings the user's own artifact here; nothing where it lies beside the drill as it is. */
export function fetchCommands(
  name: string,
  { git, revision, command, decrypt }: Artifact,
): readonly Command[] {
  const clone = git === undefined ? [] : [['git', 'clone', git, artifact(name)]];
  const checkout =
    revision === undefined ? [] : [['git', '-C', artifact(name), 'checkout', '--detach', revision]];
  return [...clone, ...checkout, ...(command ? [command] : []), ...(decrypt ? [decrypt] : [])];
}
