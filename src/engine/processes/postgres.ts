/** Postgres as a local process: a real server, on loopback only, with a random password and a folder of its own. */
import { appendFile, chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DrillError, messageOf } from '../../model/drill-error.js';
import { runCommand } from '../../system/command.js';
import type { CommandOptions } from '../../system/command.js';
import { failureInWords } from '../../system/command-words.js';
import type { Environment } from '../../system/environment.js';
import { codeOf } from '../../system/files.js';
import { quoted, withSql } from '../../system/sql.js';
import type { PostgresConnection } from '../../system/sql.js';
import { sendSignal } from '../../system/process-table.js';
import { packFolder, unpackTarFile } from '../../system/tar.js';
import { countPages, damageFiles } from '../data-files.js';
import type { PhysicalData, PostgresServer, ProvisionPostgres } from '../engine.js';
import { LocalComponent } from './component.js';
import type { ComponentParts } from './component.js';
import type { Identity } from './identity.js';
import { canListen } from './ports.js';
import { askPostgres } from './questions.js';

export interface PostgresParts extends Pick<ComponentParts, 'folder' | 'clock' | 'logFile'> {
  readonly port: number;
  readonly password: string;
  /** The user that the server runs as; by default the runner's own. */
  readonly identity: Identity | undefined;
  /** Crash safety off: only for tests of the runner, because no time measured with it is a real one. */
  readonly fast: boolean;
  /** PATH and the like, without anything that leads to another database. */
  readonly environment: Environment;
  /** The folder of the server's programs. @throws DrillError where that version is not there. */
  readonly binFolder: (version: string | undefined) => Promise<string>;
  /** Told each time it gets another address. */
  readonly onAddress: (address: string) => Promise<void>;
}

const startLimitMs = 60_000;
/** Replaying WAL takes as long as it takes; the recovery's own limit ends it. */
const recoveryLimitMs = 24 * 3_600_000;
const initLimitMs = 60_000;
/** SQLSTATE invalid_password. */
const wrongPassword = '28P01';
const addresses = Array.from({ length: 250 }, (_, index) => `127.0.0.${index + 1}`);
/** What belongs to the running server, and must not come back with its data. */
const notData =
  /^(?:postmaster\.(?:pid|opts)|pg_(?:replslot|dynshmem|notify|serial|snapshots|stat_tmp|subtrans)\/.*)$/;

export function localPostgres(parts: PostgresParts): PostgresServer {
  const home = join(parts.folder.path, 'postgres');
  const dataFolder = join(home, 'data');
  const { identity, port } = parts;
  let address = '127.0.0.1';
  let version: string | undefined;
  const connection = (): PostgresConnection => ({
    host: address,
    port,
    user: 'kong',
    password: parts.password,
    database: 'kong',
  });
  const ask = async () => [await askPostgres({ host: address, port })];
  const component = new LocalComponent({
    ...parts,
    name: 'postgres',
    dataFolder,
    ask,
    listensOn: () => [{ host: address, port }],
  });
  const server = { ...parts, home, dataFolder };

  const launch = async (signal: AbortSignal, recovers = false) => {
    const command = await commandLine(server, { address, version });
    const options = { cwd: dataFolder, env: parts.environment, logFile: parts.logFile, ...identity };
    await component.launch(
      {
        start: (folder) => folder.start('postgres', command, options),
        whyNotUp: () => whyNotUp(connection()),
        limitMs: recovers ? recoveryLimitMs : startLimitMs,
      },
      signal,
    );
  };

  return {
    get connection() {
      return connection();
    },
    start: (signal) => launch(signal),
    stop: (signal) => component.end(() => Promise.resolve(void sendSignal(component.pid, 'SIGINT')), signal),
    ...component.failures(),
    async provision(options: ProvisionPostgres, signal: AbortSignal) {
      await component.lose();
      version = options.version;
      if (options.address === 'new') address = await nextAddress(address, port);
      await parts.onAddress(address);
      await mkdir(home, { recursive: true, mode: 0o700 });
      if (identity) await chown(home, identity.uid, identity.gid);
      if (options.data) await unpack(server, options.data, signal);
      else await initialise(server, version, signal);
      await launch(signal, options.data !== undefined);
      await ensureDatabase(connection());
    },
    copyData: (tarFile, signal) =>
      packFolder(dataFolder, tarFile, { leaveOut: (path) => notData.test(path), signal }),
    damageData: () => damageFiles(join(dataFolder, 'base')),
    countPages: () => countPages(join(dataFolder, 'base')),
  };
}

interface Server extends PostgresParts {
  readonly home: string;
  readonly dataFolder: string;
}

async function initialise(server: Server, version: string | undefined, signal: AbortSignal): Promise<void> {
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
async function unpack(server: Server, data: PhysicalData, signal: AbortSignal): Promise<void> {
  const { dataFolder, identity } = server;
  await mkdir(dataFolder, { mode: 0o700 });
  await unpackTarFile(data.tarFile, dataFolder, {
    exact: true,
    signal,
    ...(identity ? { owner: identity } : {}),
  });
  for (const [path, content] of Object.entries(data.files)) {
    const file = join(dataFolder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { mode: 0o600 });
    if (identity) await chown(file, identity.uid, identity.gid);
  }
  await chmod(dataFolder, 0o700);
  if (identity) await chown(dataFolder, identity.uid, identity.gid);
}

/** Everything that matters is on the command line, which no file of a restored data folder can override. */
async function commandLine(
  server: Server,
  { address, version }: { address: string; version: string | undefined },
): Promise<readonly string[]> {
  const { home, dataFolder, identity } = server;
  const accessFile = join(home, 'pg_hba.conf');
  const rules = ['all', 'replication'].map((database) => `host ${database} all 127.0.0.0/8 scram-sha-256\n`);
  await writeFile(accessFile, rules.join(''), { mode: 0o600 });
  if (identity) await chown(accessFile, identity.uid, identity.gid);
  const settings = {
    listen_addresses: address,
    port: server.port,
    unix_socket_directories: '',
    hba_file: accessFile,
    ssl: 'off',
    logging_collector: 'off',
    log_destination: 'stderr',
    wal_level: 'replica',
    max_wal_senders: 10,
    // A restored data folder must neither follow nor feed the server that it came from.
    primary_conninfo: '',
    archive_mode: 'off',
    // Commits still reach the operating system, so that a killed server loses none.
    ...(server.fast ? { fsync: 'off', full_page_writes: 'off' } : {}),
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return [join(await server.binFolder(version), 'postgres'), '-D', dataFolder, ...options];
}

async function whyNotUp(connection: PostgresConnection): Promise<string | undefined> {
  try {
    const rows = await withSql({ ...connection, database: 'postgres' }, (sql) =>
      sql.query<{ recovers: boolean }>('SELECT pg_is_in_recovery() AS recovers'),
    );
    return rows[0]?.recovers ? 'still in recovery' : undefined;
  } catch (error) {
    if (codeOf(error) === wrongPassword)
      throw new DrillError(
        'component',
        'Postgres runs on the restored data, but refuses the password of this lab',
        'a base backup is restored into the lab that it was taken in; take a dump (pg_dump) to restore elsewhere',
      );
    return messageOf(error);
  }
}

async function ensureDatabase(connection: PostgresConnection): Promise<void> {
  await withSql({ ...connection, database: 'postgres' }, async (sql) => {
    const found = await sql.query('SELECT 1 FROM pg_database WHERE datname = $1', [connection.database]);
    if (found.length === 0) await sql.query(`CREATE DATABASE ${quoted(connection.database)}`);
  });
}

/** Another loopback address with the same port; the same one where the machine has no other. */
async function nextAddress(current: string, port: number): Promise<string> {
  for (const address of addresses.slice(addresses.indexOf(current) + 1))
    if (await canListen(port, address)) return address;
  return current;
}
