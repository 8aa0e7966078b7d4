/** The Postgres from npm, made to run: its install script may not have run, and the server's user may not see node_modules. */
import { chmod, constants, copyFile, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { DrillError } from '../../model/drill-error.js';
import { runCommand } from '../../system/command.js';
import { failureInWords } from '../../system/command-words.js';
import { codeOf } from '../../system/files.js';
import type { Identity } from './identity.js';
import type { PostgresInstallation } from './postgres-installation.js';

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * The folder with programs that this user can run: the package's own where that does, a copy in `folder` where it does not.
 * @throws DrillError where the copy does not run either.
 */
export async function runnableBinFolder(
  installation: PostgresInstallation,
  identity: Identity | undefined,
  folder: string,
): Promise<string> {
  const { binFolder, kind } = installation;
  if (kind === 'binary') return binFolder;
  const links = await linksOf(binFolder);
  await makeLinks(dirname(binFolder), links).catch(() => undefined);
  if ((await failureOf(binFolder, identity)) === '') return binFolder;
  const copy = join(folder, 'postgres-from-npm');
  await copyNative(dirname(binFolder), copy);
  await makeLinks(copy, links);
  const failure = await failureOf(join(copy, 'bin'), identity);
  if (failure === '') return join(copy, 'bin');
  throw new DrillError('engine', `the Postgres from npm does not run here: ${failure}`, 'install Postgres');
}

async function failureOf(binFolder: string, identity: Identity | undefined): Promise<string> {
  const result = await runCommand([join(binFolder, 'postgres'), '--version'], {
    limitMs: 30_000,
    cwd: '/',
    ...identity,
  });
  return result.ok ? '' : failureInWords(result);
}

async function linksOf(binFolder: string): Promise<readonly Link[]> {
  const file = join(dirname(binFolder), 'pg-symlinks.json');
  return JSON.parse(await readFile(file, 'utf8').catch(() => '[]')) as Link[];
}

/** Source and target are given from the package's root: `native/lib/libpq.so.5.15`, `native/lib/libpq.so.5`. */
async function makeLinks(native: string, links: readonly Link[]): Promise<void> {
  for (const { source, target } of links) {
    const place = join(native, relative('native', target));
    const to = relative(dirname(target), source);
    await symlink(to, place).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  }
}

/** Readable by everybody, whatever the modes of the original; without what only serves to compile. */
async function copyNative(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) return copyNative(source, target);
      if (!entry.isFile() || entry.name.endsWith('.a')) return;
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      await chmod(target, basename(from) === 'bin' ? 0o755 : 0o644);
    }),
  );
}
