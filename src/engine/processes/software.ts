/** The programs that a lab is made of, as they are found on this machine. */
import { fileURLToPath } from 'node:url';
import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DrillError } from '../../model/drill-error.js';
import type { Software } from '../../model/journal.js';
import { findProgram, isExecutable, runCommand } from '../../system/command.js';
import type { Environment } from '../../system/environment.js';
import type { ToolName } from '../engine.js';
import { choosePostgres, findPostgres, majorOf, postgresVersion } from './postgres-installation.js';
import type { PostgresInstallation } from './postgres-installation.js';

export interface FoundProgram {
  readonly command: readonly string[];
  readonly version: string;
  readonly kind: Software['kind'];
}

export interface FoundSoftware {
  readonly installations: readonly PostgresInstallation[];
  /** The one that a lab starts with. */
  readonly postgres: PostgresInstallation;
  readonly kong: FoundProgram;
  readonly tools: ReadonlyMap<ToolName, FoundProgram>;
}

const standInProgram = fileURLToPath(new URL('../../standin/main.js', import.meta.url));
const clients = ['pg_dump', 'pg_restore', 'pg_basebackup', 'psql'] as const;
const askLimitMs = 20_000;

/** @throws DrillError `engine` where there is no Postgres, or a program that was named does not answer. */
export async function findSoftware(version: string, environment: Environment): Promise<FoundSoftware> {
  const [installations, kong, deck] = await Promise.all([
    findPostgres(environment),
    findKong(environment),
    findDeck(environment),
  ]);
  const postgres = choosePostgres(installations, version);
  if (!postgres)
    throw new DrillError(
      'engine',
      'no Postgres server found: neither on PATH, nor where packages put it, nor from npm',
      'install Postgres, or npm install without --omit=optional',
    );
  const found = await Promise.all(
    clients.map(
      async (name) => [name, await findClient(name, { postgres, installations, environment })] as const,
    ),
  );
  const tools = new Map<ToolName, FoundProgram>([['kong', kong]]);
  if (deck) tools.set('deck', deck);
  for (const [name, client] of found) if (client) tools.set(name, client);
  return { installations, postgres, kong, tools };
}

/** `KONG_DRILL_KONG` (a program, or `stand-in`), else `kong` on PATH, else the stand-in. */
async function findKong(environment: Environment): Promise<FoundProgram> {
  const named = environment.KONG_DRILL_KONG;
  const program = named ?? findProgram('kong', environment.PATH ?? '');
  if (program === undefined || program === 'stand-in') {
    const command = [process.execPath, standInProgram];
    return { command, version: await versionOf(command, ['version']), kind: 'stand-in' };
  }
  return { command: [program], version: await versionOf([program], ['version']), kind: 'binary' };
}

async function findDeck(environment: Environment): Promise<FoundProgram | undefined> {
  const program = environment.KONG_DRILL_DECK ?? findProgram('deck', environment.PATH ?? '');
  if (program === undefined) return undefined;
  return { command: [program], version: await versionOf([program], ['version']), kind: 'binary' };
}

interface Servers {
  readonly postgres: PostgresInstallation;
  readonly installations: readonly PostgresInstallation[];
  readonly environment: Environment;
}

/**
 * The first on PATH, as a shell would find it, else beside the server, else of another installation; at least as new as the server.
 * Debian's wrapper comes last: it costs a Perl for each call, and may choose a client of another version.
 */
async function findClient(
  name: (typeof clients)[number],
  { postgres, installations, environment }: Servers,
): Promise<FoundProgram | undefined> {
  const onPath = findProgram(name, environment.PATH ?? '');
  const installed = [postgres, ...installations].map(({ binFolder }) => join(binFolder, name));
  const candidates = [
    ...(onPath === undefined || (await isWrapper(onPath)) ? [] : [onPath]),
    ...installed.filter(isExecutable),
    ...(onPath === undefined ? [] : [onPath]),
  ];
  for (const program of new Set(candidates)) {
    const version = await postgresVersion(program);
    if (version !== undefined && majorOf(version) >= majorOf(postgres.version))
      return { command: [program], version, kind: 'binary' };
  }
  return undefined;
}

async function isWrapper(program: string): Promise<boolean> {
  return basename(await realpath(program)) === 'pg_wrapper';
}

async function versionOf(command: readonly string[], args: readonly string[]): Promise<string> {
  const said = await runCommand([...command, ...args], { limitMs: askLimitMs });
  const version = /[0-9]+(?:\.[0-9]+)+/.exec(said.stdout)?.[0];
  if (said.ok && version !== undefined) return version;
  throw new DrillError(
    'engine',
    `${[...command, ...args].join(' ')}: expected a version, got ${said.failure || JSON.stringify(said.stdout)}`,
    'repair it, or take it off PATH',
  );
}
