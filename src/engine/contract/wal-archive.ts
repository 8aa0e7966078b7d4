/** A first Postgres that archives its WAL, and new ones that replay it on a base backup. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DrillError, messageOf } from '../../model/drill-error.js';
import { ofServer, withSql } from '../../system/sql.js';
import type { Lab, PhysicalData, WalTarget } from '../engine.js';
import { readRows, writeRow } from './checks.js';
import { signal } from './opened.js';
import type { Requirements } from './opened.js';

export const walArchive: Requirements = {
  'archives WAL, and replays it on a base backup to its end, to a point, to a time': async (opened) => {
    await using lab = await opened.open(`${opened.runId}-archive`, { walArchive: { timeoutSeconds: 60 } });
    await lab.postgres.provision({ address: 'same' }, signal());
    await writeRow(lab, 'in the backup');
    const base = await baseBackup(lab, join(opened.folder, 'archived.tar'));
    await writeRow(lab, 'before the point');
    await ask(lab, `SELECT pg_create_restore_point('here')`);
    await writeRow(lab, 'before the time');
    const utc = await ask(lab, `SELECT to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI:SS.US TZH')`);
    await writeRow(lab, 'the last');
    // In order, which archives what is not archived yet.
    await lab.postgres.stop(signal());

    const rowsAt = async (replay: WalTarget) => {
      await lab.postgres.provision({ address: 'same', data: { ...base, replay } }, signal());
      assert.equal(await ask(lab, 'SELECT pg_is_in_recovery()::text'), 'false');
      return await readRows(lab);
    };
    const rows = ['in the backup', 'before the point', 'before the time', 'the last'];
    assert.deepEqual(await rowsAt({ kind: 'restore-point', name: 'here' }), rows.slice(0, 2));
    assert.deepEqual(await rowsAt({ kind: 'time', utc }), rows.slice(0, 3));
    assert.deepEqual(await rowsAt({ kind: 'end' }), rows);
    await assert.rejects(rowsAt({ kind: 'restore-point', name: 'nowhere' }), (error) => {
      assert.ok(error instanceof DrillError);
      assert.equal(error.code, 'component');
      assert.match(messageOf(error), /recovery ended before configured recovery target was reached/);
      return true;
    });
  },
};

async function baseBackup({ postgres }: Lab, tarFile: string): Promise<PhysicalData> {
  return await withSql(ofServer(postgres.connection), async (sql) => {
    await sql.query(`SELECT pg_backup_start('contract', fast => true)`);
    await postgres.copyData(tarFile, signal());
    const [end] = await sql.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(true)');
    return { tarFile, files: { backup_label: end?.labelfile ?? '' } };
  });
}

async function ask({ postgres }: Lab, question: string): Promise<string> {
  const rows = await withSql(postgres.connection, (sql) => sql.query<Record<string, unknown>>(question));
  return String(Object.values(rows[0] ?? {})[0]);
}
