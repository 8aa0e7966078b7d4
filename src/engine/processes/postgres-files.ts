/** The folders of a local Postgres: its data, made anew or from a backup, and the archive of its WAL. */
import { existsSync } from 'node:fs';
import { appendFile, chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { WalArchiving } from '../../model/plan.js';
import { DrillError } from '../../model/drill-error.js';
import { runCommand } from '../../system/command.js';
import type { CommandOptions } from '../../system/command.js';
import { failureInWords } from '../../system/command-words.js';
import type { Environment } from '../../system/environment.js';
import { unpackTarFile } from '../../system/tar.js';
import type { PhysicalData } from '../engine.js';
import { archiving, filesOf } from '../wal-archive.js';
import type { PostgresSettings } from '../wal-archive.js';
import type { ComponentParts } from './component.js';
import type { Identity } from './identity.js';

export interface PostgresParts extends Pick<ComponentParts, 'folder' | 'clock' | 'logFile'> {
  readonly port: number;
  readonly password: string;
  /** The user that the server runs as; by default the runner's own. */
  readonly identity: Identity | undefined;
  /** Crash safety off: only for tests of the runner, because no time measured with it is a real one. */
  readonly fast: boolean;
  readonly walArchive?: WalArchiving | undefined;
  /** PATH and the like, without anything that leads to another database. */
  readonly environment: Environment;
  /** The folder of the server's programs. @throws DrillError where that version is not there. */
  readonly binFolder: (version: string | undefined) => Promise<string>;
  /** Told each time it gets another address. */
  readonly onAddress: (address: string) => Promise<void>;
}

const initLimitMs = 60_000;

export interface Server extends PostgresParts {
  readonly home: string;
  readonly dataFolder: string;
  readonly archiveFolder: string;
}

export function serverOf(parts: PostgresParts): Server {
  const home = join(parts.folder.path, 'postgres');
  return { ...parts, home, dataFolder: join(home, 'data'), archiveFolder: join(home, 'wal-archive') };
}

/** The archive is of one server: those that come after it only read it. */
export async function archivingOfFirst({
  walArchive,
  archiveFolder,
  identity,
}: Server): Promise<PostgresSettings> {
  if (!walArchive || existsSync(archiveFolder)) return {};
  await mkdir(archiveFolder, { mode: 0o700 });
  if (identity) await chown(archiveFolder, identity.uid, identity.gid);
  return archiving(archiveFolder, walArchive);
}

export async function initialise(
  server: Server,
  version: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { home, dataFolder, identity, fast } = server;
  const passwordFile = join(home, 'password');
  await writeFile(passwordFile, `${server.password}\n`, { mode: 0o600 });
  if (identity) await chown(passwordFile, identity.uid, identity.gid);
  const command = [
    join(await server.binFolder(version), 'initdb'),
    `--pgdata=${dataFolder}`,
    '--username=kong',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    ...(fast ? ['--no-sync'] : []),
  ];
  const result = await runCommand(command, asServer(server, signal));
  await rm(passwordFile, { force: true });
  if (result.ok) return;
  await appendFile(server.logFile, `${result.stdout}${result.stderr}`);
  throw new DrillError('engine', `initdb: ${failureInWords(result)}`, `its log: ${server.logFile}`);
}

function asServer({ home, identity, environment, folder }: Server, signal: AbortSignal): CommandOptions {
  return {
    cwd: home,
    env: { ...environment, ...folder.variables },
    limitMs: initLimitMs,
    signal,
    ...identity,
  };
}

/** The data folder of a backup, with the files that make Postgres recover from it. */
export async function unpack(server: Server, data: PhysicalData, signal: AbortSignal): Promise<void> {
  const { dataFolder, identity } = server;
  await mkdir(dataFolder, { mode: 0o700 });
  await unpackTarFile(data.tarFile, dataFolder, {
    exact: true,
    signal,
    ...(identity ? { owner: identity } : {}),
  });
  for (const [path, content] of Object.entries(filesOf(data))) {
    const file = join(dataFolder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { mode: 0o600 });
    if (identity) await chown(file, identity.uid, identity.gid);
  }
  await chmod(dataFolder, 0o700);
  if (identity) await chown(dataFolder, identity.uid, identity.gid);
}
