/** What git knows of a folder, and repositories brought here. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runCommand } from './command.js';
import type { CommandResult } from './command.js';

/** The revision checked out in a folder, with `-dirty` behind it where files were changed; `undefined` outside git. */
export async function gitRevision(folder: string): Promise<string | undefined> {
  const limitMs = 5_000;
  const result = await runCommand(['git', 'describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'], {
    cwd: folder,
    limitMs,
  });
  return result.ok ? result.stdout.trim() : undefined;
}

/** The branch that a clone's origin calls its own, else the one that is checked out; `undefined` where there is neither. */
export async function mainBranch(folder: string): Promise<string | undefined> {
  for (const ref of ['refs/remotes/origin/HEAD', 'HEAD']) {
    const words = ['git', 'symbolic-ref', '--quiet', '--short', ref];
    const { ok, stdout } = await runCommand(words, { cwd: folder, limitMs: 5_000 });
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
  const shown = await git(['-C', folder, 'log', '-1', `--format=${commitFormat}`], call);
  const [commit] = commitsIn(shown.stdout);
  return shown.ok && commit ? { commands, commit } : { commands, failed: shown };
}

/** A clone knows the branches of where it came from under `origin/` only. */
async function nameOf(revision: string, call: CloneCall): Promise<string> {
  const branch = `origin/${revision}`;
  const known = await git(
    ['-C', call.folder, 'rev-parse', '--verify', '--quiet', `refs/remotes/${branch}`],
    call,
  );
  return known.ok ? branch : revision;
}

/** Puts the files of a clone as they were at a commit. */
export function checkOut(folder: string, revision: string, limits: Limits): Promise<CommandResult> {
  return git(['-C', folder, 'checkout', '--quiet', '--detach', revision], limits);
}

/** Commits that touch a path, oldest first, following the first parent of each merge. */
export async function commitsOf(
  folder: string,
  path: string,
  limits: Limits,
): Promise<{ readonly ok: boolean; readonly failure: string; readonly commits: readonly Commit[] }> {
  const words = ['log', '--reverse', '--first-parent', `--format=${commitFormat}`, 'HEAD', '--', path];
  const { ok, failure, stdout } = await git(['-C', folder, ...words], limits);
  return { ok, failure, commits: ok ? commitsIn(stdout) : [] };
}

/**
 * Whether a file, or anything in a folder, lies in a working tree and is kept there by git. Where git is not there, or refuses a tree
 * of somebody else's, as in the containers of a CI, everything in the tree is taken for kept.
 */
export async function isTracked(path: string, limits: Limits): Promise<boolean> {
  const { ok, stdout } = await git(['-C', dirname(path), 'ls-files', '--', basename(path)], limits);
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

type Limits = Pick<CloneCall, 'limitMs' | 'signal'>;

function git(words: readonly string[], { limitMs, signal }: Limits): Promise<CommandResult> {
  const env = { GIT_TERMINAL_PROMPT: '0' };
  return runCommand(['git', ...words], { limitMs, signal, env });
}
