/**
 * `fill-disk`: the disk of Postgres is full. It runs on until its log needs another segment, which it is made to need: then it
 * crashes, and does not start again before there is room.
 */
import { DrillError, messageOf } from '../model/drill-error.js';
import { formatBytes } from '../model/units.js';
import { withSql } from '../system/sql.js';
import type { PostgresConnection } from '../system/sql.js';
import type { FailureContext, Injector } from './failure.js';

/** What Postgres needs to go on: a segment of its log. */
const segmentBytes = 16 * 1024 * 1024;
/** Segments that it may have put by. */
const segmentsLimit = 64;

export const fillDisk: Injector<'fill-disk', string> = {
  target: () => 'the disk of postgres',
  inject: async (_, context) => {
    const disk = diskOf(context);
    await disk.fill(context.signal);
    const { freeBytes } = await disk.usage(context.signal);
    // Else it would be this log that fills it.
    if (freeBytes >= segmentBytes) return `nothing: ${formatBytes(freeBytes)} are free`;
    return await needAnotherSegment(context.lab.postgres.connection);
  },
  confirm: async (_, context, said) => {
    const { sizeBytes, freeBytes } = await diskOf(context).usage(context.signal);
    const observed = `${formatBytes(freeBytes)} of ${formatBytes(sizeBytes)} free`;
    return [
      { source: 'file system', observed, confirms: freeBytes < segmentBytes },
      { source: 'Postgres itself, asked to write', observed: said, confirms: false },
    ];
  },
};

function diskOf({ lab }: FailureContext) {
  const { disk } = lab.postgres;
  if (disk) return disk;
  throw new DrillError(
    'engine',
    'fill-disk: this Postgres has no disk of its own, and that of the machine is not ours to fill',
    'use --engine containers',
  );
}

/** Writes until the log has used up what was put by. @returns what Postgres said at last. */
async function needAnotherSegment(connection: PostgresConnection): Promise<string> {
  try {
    await withSql(connection, async (sql) => {
      for (let segment = 0; segment < segmentsLimit; segment += 1) {
        await sql.query(`SELECT pg_logical_emit_message(true, 'kong-drill', 'the disk is full')`);
        await sql.query('SELECT pg_switch_wal()');
      }
    });
  } catch (error) {
    return messageOf(error);
  }
  return `${segmentsLimit} segments of its log written all the same`;
}
