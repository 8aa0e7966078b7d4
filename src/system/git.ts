/** What git knows of a folder, and repositories brought here. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runCommand } from './command.js';
import type { CommandResult } from './command.js';
import type { Environment } from './environment.js';

/**
 * The commit checked out in a folder; `undefined` outside git. `-dirty` stands behind it where files were changed, and `-unchecked`
 * where nobody could look without running a program that the repository itself names.
 */
export async function gitRevision(folder: string): Promise<string | undefined> {
  const { ok, stdout } = await lookAt(folder, ['rev-parse', '--verify', 'HEAD'], aMoment);
  return ok ? `${stdout.trim()}${await changesIn(folder)}` : undefined;
}

async function changesIn(folder: string): Promise<'' | '-dirty' | '-unchecked'> {
  if (await hasOwnFilters(folder)) return '-unchecked';
  // A look into a submodule would obey the configuration of that.
  const words = ['status', '--porcelain', '--untracked-files=no', '--ignore-submodules=dirty'];
  const { ok, stdout } = await lookAt(folder, words, aMoment);
  if (!ok) return '-unchecked';
  return stdout === '' ? '' : '-dirty';
}

/** Whether the repository names programs of its own that git runs to read files; those of the user and of the system do not count. */
async function hasOwnFilters(folder: string): Promise<boolean> {
  const words = ['config', '--show-scope', '--name-only', '--get-regexp', String.raw`^filter\.`];
  const { exitCode, stdout } = await lookAt(folder, words, aMoment);
  return exitCode !== noneFound && (exitCode !== 0 || /^(?:local|worktree)\s/m.test(stdout));
}

const aMoment = { limitMs: 5_000 };
/** The exit code of `git config` where there is no such key. */
const noneFound = 1;

/** The branch that a clone's origin calls its own, else the one that is checked out; `undefined` where there is neither. */
export async function mainBranch(folder: string): Promise<string | undefined> {
  for (const ref of ['refs/remotes/origin/HEAD', 'HEAD']) {
    const { ok, stdout } = await lookAt(folder, ['symbolic-ref', '--quiet', '--short', ref], aMoment);
    const name = stdout.trim().replace(/^origin\//, '');
    if (ok && name !== '') return name;
  }
  return undefined;
}

export interface Commit {
  readonly revision: string;
  /** When it was committed. */
  readonly utc: string;
  /** Its first line. */
  readonly subject: string;
}

export interface CloneCall {
  /** A path or URL, as `git clone` takes it. */
  readonly source: string;
  /** A branch, tag or commit; the repository's own default where it is not given. */
  readonly revision?: string | undefined;
  /** Where to; it must not exist. */
  readonly folder: string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

export interface Cloned {
  readonly commands: readonly (readonly string[])[];
  readonly commit?: Commit;
  /** The command that did not work. */
  readonly failed?: CommandResult;
}

/** Clones a repository and checks a revision out. It never asks for a password: what it cannot read, it fails on. */
export async function cloneRevision(call: CloneCall): Promise<Cloned> {
  const { source, revision, folder } = call;
  const clone = await git(['clone', '--quiet', '--', source, folder], call);
  if (!clone.ok) return { commands: [clone.command], failed: clone };
  const commands = [clone.command];
  if (revision !== undefined) {
    const checkout = await checkOut(folder, await nameOf(revision, call), call);
    commands.push(checkout.command);
    if (!checkout.ok) return { commands, failed: checkout };
  }
  const shown = await lookAt(folder, ['log', '-1', `--format=${commitFormat}`], call);
  const [commit] = commitsIn(shown.stdout);
  return shown.ok && commit ? { commands, commit } : { commands, failed: shown };
}

/** A clone knows the branches of where it came from under `origin/` only. */
async function nameOf(revision: string, call: CloneCall): Promise<string> {
  const branch = `origin/${revision}`;
  const words = ['rev-parse', '--verify', '--quiet', `refs/remotes/${branch}`];
  const known = await lookAt(call.folder, words, call);
  return known.ok ? branch : revision;
}

/** Puts the files of a clone as they were at a commit. */
export function checkOut(folder: string, revision: string, limits: Limits): Promise<CommandResult> {
  return lookAt(folder, ['checkout', '--quiet', '--detach', revision], limits);
}

/** Commits that touch a path, oldest first, following the first parent of each merge. */
export async function commitsOf(
  folder: string,
  path: string,
  limits: Limits,
): Promise<{ readonly ok: boolean; readonly failure: string; readonly commits: readonly Commit[] }> {
  const words = ['log', '--reverse', '--first-parent', `--format=${commitFormat}`, 'HEAD', '--', path];
  const { ok, failure, stdout } = await lookAt(folder, words, limits);
  return { ok, failure, commits: ok ? commitsIn(stdout) : [] };
}

/**
 * Whether a file, or anything in a folder, lies in a working tree and is kept there by git. Where git is not there, or refuses a tree
 * of somebody else's, as in the containers of a CI, everything in the tree is taken for kept.
 */
export async function isTracked(path: string, limits: Limits): Promise<boolean> {
  const { ok, stdout } = await lookAt(dirname(path), ['ls-files', '--', basename(path)], limits);
  return ok ? stdout !== '' : isWithinTree(dirname(path));
}

function isWithinTree(folder: string): boolean {
  const above = dirname(folder);
  return existsSync(join(folder, '.git')) || (above !== folder && isWithinTree(above));
}

const commitFormat = '%H%x09%cI%x09%s';

function commitsIn(output: string): Commit[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [revision = '', date = '', ...subject] = line.split('\t');
      return { revision, utc: new Date(date).toISOString(), subject: subject.join('\t') };
    });
}

type Limits = Pick<CloneCall, 'limitMs'> & Partial<Pick<CloneCall, 'signal'>>;

/**
 * A repository may be a stranger's: no program that its configuration names is run, and a bare one that lies among the files of
 * another is none.
 */
const guards = ['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'safe.bareRepository=explicit'];

/** In a repository that is here; nothing that lacks in it is fetched, from wherever it says. */
function lookAt(folder: string, words: readonly string[], limits: Limits): Promise<CommandResult> {
  return git(['-C', folder, ...words], limits, { GIT_ALLOW_PROTOCOL: '', GIT_OPTIONAL_LOCKS: '0' });
}

/** The guards are left out of the command that is told: they say nothing of what was done. */
async function git(
  words: readonly string[],
  { limitMs, signal }: Limits,
  env: Environment = {},
): Promise<CommandResult> {
  const guarded = ['git', ...guards.flatMap((guard) => ['-c', guard]), ...words];
  const result = await runCommand(guarded, {
    limitMs,
    ...(signal && { signal }),
    env: { GIT_TERMINAL_PROMPT: '0', ...env },
  });
  return { ...result, command: ['git', ...words] };
}
