/** Reads a source as a snapshot: only ever reading, and saying what is wrong where nothing can be read. */
import { join } from 'node:path';
import { postgresHere } from '../engine/engines.js';
import { DrillError, messageOf } from '../model/drill-error.js';
import type { Snapshot } from '../model/entity.js';
import { readThroughAdmin } from '../parity/admin-reader.js';
import type { ReadOptions } from '../parity/snapshot.js';
import { readSnapshot } from '../parity/snapshot-file.js';
import { adminApi, inWords } from '../system/admin-api.js';
import type { AdminAnswer, AdminApi } from '../system/admin-api.js';
import { systemClock } from '../system/clock.js';
import { findProgram, isExecutable } from '../system/command.js';
import type { Environment } from '../system/environment.js';
import { httpWith } from '../system/http.js';
import { connectionFrom } from '../system/sql.js';
import { shownAddress } from './kong-source.js';
import type { KongSource } from './kong-source.js';
import type { SourceAccess } from './source-options.js';

export interface ReadingTerms {
  readonly access: SourceAccess;
  readonly secretKey: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** @throws DrillError where the source does not answer, is not Kong's, or holds nothing that could be read. */
export async function readSource(source: KongSource, terms: ReadingTerms): Promise<Snapshot> {
  const { workspaces } = terms.access;
  const options: ReadOptions = {
    secretKey: terms.secretKey,
    clock: systemClock(),
    signal: terms.signal,
    ...(workspaces === undefined ? {} : { workspaces }),
  };
  switch (source.kind) {
    case 'admin-api':
      return await readAdmin(source.url, options, terms);
    case 'database':
      return await readDatabase(source.url, options, terms);
    case 'deck': {
      const { readDeckFiles } = await import('../parity/deck-reader.js');
      return await readDeckFiles([source.path], options);
    }
    case 'dump':
      return await readArchive(source.path, options, terms);
    case 'snapshot':
      return readSnapshot(source.path);
  }
}

async function readArchive(path: string, options: ReadOptions, terms: ReadingTerms): Promise<Snapshot> {
  const { readDump } = await import('../parity/dump/dump-reader.js');
  const { schema } = terms.access;
  const pgRestore = await findClient('pg_restore', terms.environment);
  return await readDump(path, {
    ...options,
    ...(schema === undefined ? {} : { schema }),
    ...(pgRestore === undefined ? {} : { pgRestore }),
  });
}

/** As a shell finds it, else beside a server. */
async function findClient(name: string, environment: Environment): Promise<string | undefined> {
  const onPath = findProgram(name, environment.PATH ?? '');
  if (onPath !== undefined) return onPath;
  const servers = await postgresHere(environment);
  return servers.map(({ binFolder }) => join(binFolder, name)).find(isExecutable);
}

/** The Admin API of a Kong of somebody's own; nothing is sent yet. */
export function adminAt(url: string, { headers, limitMs, tls }: SourceAccess): AdminApi {
  return adminApi(url, headers, { limitMs, ...(tls === undefined ? {} : { send: httpWith(tls) }) });
}

async function readAdmin(url: string, options: ReadOptions, { access }: ReadingTerms): Promise<Snapshot> {
  const admin = adminAt(url, access);
  const reading = readThroughAdmin(admin, options);
  // Why nothing could be read is told by the first answer, if that is another's than Kong's.
  reading.catch(() => undefined);
  await refuseOther(admin, options);
  return await reading;
}

async function refuseOther(admin: AdminApi, { signal }: ReadOptions): Promise<void> {
  const where = shownAddress(admin.url);
  let answer: AdminAnswer;
  try {
    answer = await admin.call('GET', '/', undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    if (speaksNoTls(admin.url, error))
      throw new DrillError(
        'usage',
        `${where}: expected Kong's Admin API, got a port that speaks no TLS`,
        `try ${where.replace(/^https/i, 'http')}`,
      );
    const hint = /certificate|self-signed|SSL|TLS/i.test(messageOf(error))
      ? 'give --ca-cert, or --insecure'
      : 'is it reachable from here? Is it the Admin API, and not the proxy?';
    throw new DrillError('component', `${where}: expected Kong's Admin API, got ${messageOf(error)}`, hint);
  }
  if (answer.status === 401) {
    throw new DrillError(
      'usage',
      `${where}: the Admin API asks for a token (401)`,
      'set KONG_ADMIN_TOKEN, or give --header',
    );
  }
  if (answer.status === 400 && /plain HTTP request was sent to HTTPS port/i.test(answer.text)) {
    throw new DrillError(
      'usage',
      `${where}: expected Kong's Admin API, got a port that speaks TLS`,
      `try ${where.replace(/^http/i, 'https')}`,
    );
  }
  const isKong = answer.text.includes('"version"') && answer.ok;
  if (isKong || answer.status === 403) return;
  const got = inWords(answer);
  throw new DrillError(
    'usage',
    `${where}: expected Kong's Admin API, got ${got}`,
    'is it the proxy? The Admin API is a port, or a path, of its own',
  );
}

/** OpenSSL's words for an answer that is no record of TLS. */
function speaksNoTls(url: string, error: unknown): boolean {
  return /^https:/i.test(url) && /wrong version number|packet length too long/i.test(messageOf(error));
}

async function readDatabase(
  url: string,
  options: ReadOptions,
  { access: { tls, schema } }: ReadingTerms,
): Promise<Snapshot> {
  const where = shownAddress(url);
  const connection = connectionFrom({
    url,
    ...(tls === undefined ? {} : { tls }),
    ...(schema === undefined ? {} : { schema }),
  });
  const { readThroughSql } = await import('../parity/sql-reader.js');
  const snapshot = await readThroughSql(connection, options).catch((error: unknown) => {
    options.signal?.throwIfAborted();
    const hint = 'see whether psql gets in with the same URL';
    throw new DrillError('component', `${where}: expected Kong's database, got ${messageOf(error)}`, hint);
  });
  refuseOtherDatabase(snapshot, where);
  return snapshot;
}

/** Every database of Kong holds what its migrations have left there. */
function refuseOtherDatabase({ entities, unread }: Snapshot, where: string): void {
  const isKong = [...entities, ...unread].some(({ kind }) => kind === 'schema_meta');
  if (isKong) return;
  throw new DrillError(
    'usage',
    `${where}: expected Kong's tables, got a database without schema_meta`,
    'name the right database, or its --schema',
  );
}
