/** Bringing the user's own artifact here, as a recovery would have to: from a path, a git repository, or by a command. */
import { existsSync } from 'node:fs';
import { mkdtemp, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { cloneRevision, isTracked } from '../system/git.js';
import type { CommandResult } from '../system/command.js';
import type { Artifact } from '../model/drill-recovery.js';
import type { ArtifactContext } from './artifact.js';
import { failureInOneLine } from '../system/command-words.js';

/** Where an artifact lies now, or why it does not. */
export interface Fetched {
  readonly path: string;
  /** When it was made, as far as where it comes from tells. */
  readonly createdUtc?: string;
  /** The commit that it is of, and the repository that it lies in. */
  readonly revision?: string;
  readonly clone?: string;
  readonly commands: readonly (readonly string[])[];
  readonly faults: readonly string[];
}

/** Fetched anew into a folder of its own: one that fails leaves what was fetched before as it was. */
export async function fetchArtifact(
  name: string,
  artifact: Artifact,
  context: ArtifactContext,
): Promise<Fetched> {
  const target = await mkdtemp(join(context.workFolder, `fetched-${name}-`));
  const found = await bring(artifact, target, context);
  if (artifact.decrypt === undefined || found.faults.length > 0) return found;
  return await decrypted(found, { command: artifact.decrypt, target }, context);
}

async function bring(artifact: Artifact, target: string, context: ArtifactContext): Promise<Fetched> {
  const { path, git, command } = artifact;
  if (git !== undefined) return await fromGit({ ...artifact, git }, target, context);
  if (command !== undefined) return await fromCommand(command, target, context);
  const file = resolve(context.folder, path ?? '');
  const { createdUtc, faults } = await datedFile(file);
  // What git has checked out is dated by the checkout, which tells nothing.
  const isDated = createdUtc !== undefined && !(await isTracked(file, context));
  return { path: file, commands: [], faults, ...(isDated ? { createdUtc } : {}) };
}

async function fromGit(
  { git, revision, path = '.' }: Artifact & { git: string },
  target: string,
  { folder, limitMs, signal }: ArtifactContext,
): Promise<Fetched> {
  const beside = resolve(folder, git);
  const clone = join(target, 'repository');
  const source = existsSync(beside) ? beside : git;
  const { commit, failed, commands } = await cloneRevision({
    source,
    revision,
    folder: clone,
    limitMs,
    signal,
  });
  const file = resolve(clone, path);
  if (failed) return { path: file, commands, faults: [`${shown(failed)}: ${failureInOneLine(failed)}`] };
  const { faults } = await datedFile(file);
  const revised = commit && { clone, revision: commit.revision, createdUtc: commit.utc };
  return { path: file, commands, faults, ...revised };
}

async function fromCommand(
  command: readonly string[],
  target: string,
  { lab, clock, folder, limitMs, signal }: ArtifactContext,
): Promise<Fetched> {
  const path = join(target, 'artifact');
  const began = clock.utc();
  const result = await lab.command({
    command,
    cwd: folder,
    env: { KONG_DRILL_ARTIFACT: path },
    limitMs,
    signal,
  });
  const commands = [command];
  if (!result.ok) return { path, commands, faults: [`${shown(result)}: ${failureInOneLine(result)}`] };
  const { createdUtc, faults } = await datedFile(path);
  if (faults.length > 0)
    return {
      path,
      commands,
      faults: [`${shown(result)} ended with 0 and wrote no file $KONG_DRILL_ARTIFACT`],
    };
  // A file that is as young as the command tells when it was fetched, not when it was made.
  const isOlder = createdUtc !== undefined && Date.parse(createdUtc) < began.getTime() - 1_000;
  return { path, commands, faults, ...(isOlder ? { createdUtc } : {}) };
}

async function decrypted(
  found: Fetched,
  { command, target }: { readonly command: readonly string[]; readonly target: string },
  { lab, folder, limitMs, signal }: ArtifactContext,
): Promise<Fetched> {
  const path = join(target, 'decrypted');
  const commands = [...found.commands, command];
  if ((await stat(found.path)).isDirectory())
    return { ...found, commands, faults: ['`decrypt` reads one file, and this is a folder'] };
  const result = await lab.command({
    command,
    cwd: folder,
    stdinFile: found.path,
    stdoutFile: path,
    limitMs,
    signal,
  });
  const faults = result.ok ? [] : [`it cannot be decrypted: ${shown(result)}: ${failureInOneLine(result)}`];
  return { ...found, path, commands, faults };
}

async function datedFile(path: string): Promise<Pick<Fetched, 'createdUtc' | 'faults'>> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return { faults: [`expected a file or folder at ${path}, found nothing`] };
  return { createdUtc: found.mtime.toISOString(), faults: [] };
}

function shown({ command }: Pick<CommandResult, 'command'>): string {
  return command.join(' ');
}
