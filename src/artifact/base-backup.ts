/**
 * A physical backup by Postgres's low-level backup API over SQL, which needs no client tool:
 *
 *   pg_backup_start → copy of the data folder → pg_backup_stop → backup_label + the WAL written meanwhile
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillError } from '../model/drill-error.js';
import type { PhysicalData } from '../engine/engine.js';
import type { Clock } from '../system/clock.js';
import { ofServer, withSql } from '../system/sql.js';
import type { Sql } from '../system/sql.js';
import type { ArtifactContext, Found, ServerClock } from './artifact.js';

export async function copyPhysically(
  name: string,
  { lab, workFolder, clock, signal }: ArtifactContext,
): Promise<Found> {
  const path = join(workFolder, `${name}.tar`);
  const { files, serverClock } = await withSql(ofServer(lab.postgres.connection), async (sql) => {
    const [begin] = await sql.query<{ file: string }>(
      `SELECT pg_walfile_name(pg_backup_start('kong-drill', fast => true)) AS file`,
    );
    await lab.postgres.copyData(path, signal);
    const [end] = await sql.query<{ labelfile: string; spcmapfile: string | null }>(
      `SELECT labelfile, spcmapfile FROM pg_backup_stop(wait_for_archive => false)`,
    );
    if (!begin || !end)
      throw new DrillError('engine', 'Postgres gave no backup label', 'see the log of Postgres');
    const tablespaces = end.spcmapfile ? { tablespace_map: end.spcmapfile } : {};
    const wal = await walSince(sql, begin.file);
    return {
      files: { backup_label: end.labelfile, ...tablespaces, ...wal },
      serverClock: await clockOf(sql, clock),
    };
  });
  const physical: PhysicalData = { tarFile: path, files };
  await writeFile(`${path}.backup_label`, files.backup_label);
  return { method: 'physical', path, faults: [], physical, serverClock };
}

/** The WAL segments that the copy needs to become consistent, read through SQL. */
async function walSince(sql: Sql, first: string): Promise<Record<string, Uint8Array>> {
  await sql.query('SELECT pg_switch_wal()');
  const rows = await sql.query<{ name: string; content: Uint8Array }>(
    `SELECT name, pg_read_binary_file('pg_wal/' || name) AS content FROM pg_ls_waldir()
     WHERE name ~ '^[0-9A-F]{24}$' AND name >= $1 AND name <= pg_walfile_name(pg_current_wal_insert_lsn())`,
    [first],
  );
  return Object.fromEntries(rows.map((row) => [`pg_wal/${row.name}`, row.content]));
}

async function clockOf(sql: Sql, clock: Clock): Promise<ServerClock> {
  const askedMs = clock.nowMs();
  const [said] = await sql.query<{ ms: number }>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
  );
  const withinMs = (clock.nowMs() - askedMs) / 2;
  return { originMs: (said?.ms ?? Number.NaN) - (askedMs + withinMs), withinMs };
}
