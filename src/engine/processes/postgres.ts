/** Postgres as a local process: a real server, on loopback only, with a random password and a folder of its own. */
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillError, messageOf } from '../../model/drill-error.js';
import { codeOf } from '../../system/files.js';
import { ofServer, quoted, withSql } from '../../system/sql.js';
import type { PostgresConnection } from '../../system/sql.js';
import { sendSignal } from '../../system/process-table.js';
import { packFolder } from '../../system/tar.js';
import { countPages, damageFiles } from '../data-files.js';
import type { PhysicalData, PostgresServer, ProvisionPostgres } from '../engine.js';
import { asOptions, recoveryLimitMs, replaying } from '../wal-archive.js';
import type { PostgresSettings } from '../wal-archive.js';
import { LocalComponent } from './component.js';
import { canListen } from './ports.js';
import { archivingOfFirst, initialise, serverOf, unpack } from './postgres-files.js';
import type { PostgresParts, Server } from './postgres-files.js';
import { askPostgres } from './questions.js';

const startLimitMs = 60_000;
/** SQLSTATE invalid_password. */
const wrongPassword = '28P01';
const addresses = Array.from({ length: 250 }, (_, index) => `127.0.0.${index + 1}`);
/** What belongs to the running server, and must not come back with its data. */
const notData =
  /^(?:postmaster\.(?:pid|opts)|pg_(?:replslot|dynshmem|notify|serial|snapshots|stat_tmp|subtrans)\/.*)$/;

export function localPostgres(parts: PostgresParts): PostgresServer {
  const server = serverOf(parts);
  const { home, dataFolder, archiveFolder, identity, port } = server;
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
  let archives: PostgresSettings = {};

  const launch = async (signal: AbortSignal, data?: PhysicalData) => {
    const settings = data?.replay ? replaying(archiveFolder, data.replay) : archives;
    const command = await commandLine(server, { address, version, settings });
    const options = { cwd: dataFolder, env: parts.environment, logFile: parts.logFile, ...identity };
    await component.launch(
      {
        start: (folder) => folder.start('postgres', command, options),
        whyNotUp: () => whyNotUp(connection()),
        limitMs: data ? recoveryLimitMs : startLimitMs,
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
      archives = await archivingOfFirst(server);
      if (options.data) await unpack(server, options.data, signal);
      else await initialise(server, version, signal);
      await launch(signal, options.data);
      await ensureDatabase(connection());
    },
    copyData: (tarFile, signal) =>
      packFolder(dataFolder, tarFile, { leaveOut: (path) => notData.test(path), signal }),
    damageData: () => damageFiles(join(dataFolder, 'base')),
    countPages: () => countPages(join(dataFolder, 'base')),
  };
}

/** Everything that matters is on the command line, which no file of a restored data folder can override. */
async function commandLine(
  server: Server,
  given: { address: string; version: string | undefined; settings: PostgresSettings },
): Promise<readonly string[]> {
  const { home, dataFolder, identity } = server;
  const accessFile = join(home, 'pg_hba.conf');
  const rules = ['all', 'replication'].map((database) => `host ${database} all 127.0.0.0/8 scram-sha-256\n`);
  await writeFile(accessFile, rules.join(''), { mode: 0o600 });
  if (identity) await chown(accessFile, identity.uid, identity.gid);
  const settings = {
    listen_addresses: given.address,
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
    ...given.settings,
  };
  const program = join(await server.binFolder(given.version), 'postgres');
  return [program, '-D', dataFolder, ...asOptions(settings)];
}

async function whyNotUp(connection: PostgresConnection): Promise<string | undefined> {
  try {
    const rows = await withSql(ofServer(connection), (sql) =>
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
  await withSql(ofServer(connection), async (sql) => {
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
