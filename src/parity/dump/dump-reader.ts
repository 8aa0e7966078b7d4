/**
 * Reads what `pg_dump` wrote as a snapshot, without a Postgres.
 *
 *   archive → plain SQL (`pg_restore`, into a folder of its own) → tables and workspaces → rows → canonical entities
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DrillError } from '../../model/drill-error.js';
import type { Json, Snapshot } from '../../model/entity.js';
import { runCommand } from '../../system/command.js';
import { canonicalEntity } from '../canonical.js';
import { fieldOf, isExpiry, isReference, workspaceOf } from '../columns.js';
import type { Kind } from '../kind.js';
import { kindOfTable } from '../kinds.js';
import { beginReading, finishReading, isWanted } from '../snapshot.js';
import type { Reading, ReadOptions } from '../snapshot.js';
import { copyIn, DumpSchema } from './dump-schema.js';
import type { CopyStatement, DumpedTable } from './dump-schema.js';
import { valueOf, valuesIn } from './dump-values.js';

export interface DumpOptions extends ReadOptions {
  /** The program that reads archives; plain SQL does without. */
  readonly pgRestore?: string;
  /** The schema of Kong's tables, where it is not the one that holds `schema_meta`. */
  readonly schema?: string;
}

/**
 * A snapshot of a dump: plain SQL, or an archive in the custom, tar or directory format. A table whose data it leaves out is
 * `unread`.
 * @throws DrillError `usage` where it is no whole dump of Kong's database, `engine` where `pg_restore` cannot read it.
 */
export async function readDump(path: string, options: DumpOptions): Promise<Snapshot> {
  if (await isPlain(path)) return await readPlain(path, path, options);
  const folder = await mkdtemp(join(tmpdir(), 'kong-drill-dump-'));
  try {
    const file = join(folder, 'plain.sql');
    await unpack(path, file, options);
    return await readPlain(file, path, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function isPlain(path: string): Promise<boolean> {
  try {
    for await (const line of createInterface({ input: createReadStream(path, { end: 100 }) }))
      return line.startsWith('--');
  } catch {
    // A folder: an archive in the directory format.
  }
  return false;
}

async function unpack(path: string, file: string, { pgRestore, signal }: DumpOptions): Promise<void> {
  if (pgRestore === undefined) {
    throw new DrillError(
      'engine',
      `${path}: an archive of pg_dump takes pg_restore to be read, and there is none`,
      'install the client tools of Postgres',
    );
  }
  const result = await runCommand([pgRestore, `--file=${file}`, path], signal ? { signal } : {});
  if (result.ok) return;
  const [said = ''] = result.stderr.trim().split('\n');
  throw new DrillError(
    'engine',
    `${path}: pg_restore cannot read it: ${said === '' ? result.failure : said}`,
    'use the pg_restore of the Postgres that the dump is of, or a newer one; is the file whole?',
  );
}

interface Contents {
  readonly tables: ReadonlyMap<string, DumpedTable>;
  /** The tables that data follow for. */
  readonly filled: ReadonlySet<string>;
  /** id → name. */
  readonly workspaces: ReadonlyMap<string, string>;
}

async function readPlain(file: string, path: string, options: DumpOptions): Promise<Snapshot> {
  const contents = await contentsOf(file, path);
  const schema = options.schema ?? schemaOfKong(contents, path);
  const reading = beginReading(options);
  const wanted = new Map(
    [...contents.tables].flatMap(([key, table]) => {
      const kind = kindOfTable(table.name);
      return table.schema === schema && isWanted(kind, options)
        ? [[key, { kind, columns: columnsOf(table, kind) }] as const]
        : [];
    }),
  );
  for (const [key, { kind }] of wanted) {
    if (!contents.filled.has(key)) reading.unread.push({ kind: kind.name, reason: 'the dump leaves it out' });
  }
  for await (const dumped of linesOf(file)) {
    const found = dumped.is === 'row' ? wanted.get(dumped.statement.table) : undefined;
    if (dumped.is !== 'row' || found === undefined) continue;
    options.signal?.throwIfAborted();
    keepRow(dumped.line, { ...found, statement: dumped.statement }, { reading, options, contents });
  }
  return finishReading('database', reading);
}

async function contentsOf(file: string, path: string): Promise<Contents> {
  const schema = new DumpSchema();
  const filled = new Set<string>();
  const workspaces = new Map<string, string>();
  let isWhole = false;
  for await (const dumped of linesOf(file)) {
    if (dumped.is === 'statement') filled.add(dumped.statement.table);
    else if (dumped.is === 'row') keepWorkspace(dumped, workspaces);
    else {
      schema.take(dumped.line);
      refuseOther(dumped.line, path);
      isWhole ||= dumped.line === '-- PostgreSQL database dump complete';
    }
  }
  if (!isWhole) throw notWhole(path, 'one that is cut off', 'take the dump again');
  return { tables: schema.tables, filled, workspaces };
}

function keepWorkspace(
  { statement: { table, columns }, line }: Exclude<DumpLine, { is: 'other' }>,
  workspaces: Map<string, string>,
): void {
  if (!table.endsWith('.workspaces')) return;
  const values = valuesIn(line);
  const [id, name] = ['id', 'name'].map((column) => values[columns.indexOf(column)]);
  if (id !== undefined && name !== undefined) workspaces.set(id, name);
}

/** Lines outside of data, lines that begin data, and the data themselves with the statement that they follow. */
type DumpLine =
  | { readonly is: 'statement' | 'row'; readonly statement: CopyStatement; readonly line: string }
  | { readonly is: 'other'; readonly line: string };

async function* linesOf(file: string): AsyncGenerator<DumpLine> {
  let statement: CopyStatement | undefined;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (statement === undefined) {
      statement = copyIn(line);
      yield statement ? { is: 'statement', statement, line } : { is: 'other', line };
    } else if (line === '\\.') statement = undefined;
    else yield { is: 'row', statement, line };
  }
}

/** What becomes of the values of a column, told once for all of its rows. */
interface KeptColumn {
  readonly type: string;
  readonly field: string;
  readonly expires: boolean;
  readonly refers: boolean;
}

function columnsOf(table: DumpedTable, kind: Kind): ReadonlyMap<string, KeptColumn> {
  return new Map(
    table.columns.map((column) => [
      column.name,
      {
        type: column.type,
        field: fieldOf(column, kind),
        expires: isExpiry(column, kind),
        refers: isReference(column, kind),
      },
    ]),
  );
}

interface Row {
  readonly columns: ReadonlyMap<string, KeptColumn>;
  readonly kind: Kind;
  readonly statement: CopyStatement;
}

interface Keeping {
  readonly reading: Reading;
  readonly options: DumpOptions;
  readonly contents: Contents;
}

function keepRow(line: string, row: Row, { reading, options, contents }: Keeping): void {
  const { kind, statement, columns } = row;
  const values = valuesIn(line);
  const raw: Record<string, Json> = {};
  for (const [at, name] of statement.columns.entries()) {
    const [text, column] = [values[at], columns.get(name)];
    if (text === undefined || column === undefined) continue;
    const value = valueOf(text, column.type);
    // As for Kong, what has expired is not there.
    if (column.expires && typeof value === 'number' && value <= reading.takenAtS) return;
    raw[column.field] = column.refers ? { id: value } : value;
  }
  const workspace = workspaceOf(raw.ws_id, contents.workspaces);
  if (options.workspaces && workspace !== '' && !options.workspaces.includes(workspace)) return;
  reading.entities.push(canonicalEntity(raw, kind, workspace, reading.canonical));
}

function schemaOfKong({ tables }: Contents, path: string): string {
  const found = [...tables.values()].find(({ name }) => name === 'schema_meta');
  if (found !== undefined) return found.schema;
  throw notWhole(
    path,
    tables.size === 0 ? 'one of data only, or of nothing' : 'one without schema_meta',
    'dump the whole database, schema and data: pg_dump -Fc -f FILE kong',
  );
}

function refuseOther(line: string, path: string): void {
  if (line.startsWith('INSERT INTO '))
    throw notWhole(path, 'one made with --inserts', 'dump without --inserts');
  if (line.startsWith('-- PostgreSQL database cluster dump'))
    throw notWhole(path, 'one of pg_dumpall', 'dump the database alone: pg_dump -Fc -f FILE kong');
  const [, encoding] = /^SET client_encoding = '(.+)';$/.exec(line) ?? [];
  if (encoding !== undefined && encoding !== 'UTF8' && encoding !== 'SQL_ASCII')
    throw notWhole(path, `one in ${encoding}`, 'dump with --encoding=UTF8');
}

function notWhole(path: string, got: string, hint: string): DrillError {
  return new DrillError('usage', `${path}: expected a dump of Kong's database, got ${got}`, hint);
}
