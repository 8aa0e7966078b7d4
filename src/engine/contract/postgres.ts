/** Postgres: stopped, killed, frozen, lost, copied. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DrillError } from '../../model/drill-error.js';
import { ofServer, withSql } from '../../system/sql.js';
import type { Lab } from '../engine.js';
import { isDown, isUp, listsServices, migrate, pick, readRows, serves, writeRow } from './checks.js';
import { signal } from './opened.js';
import type { Requirements } from './opened.js';

const countTables = `SELECT count(*) AS tables FROM pg_tables WHERE schemaname = 'public'`;
const readWal = `SELECT name, pg_read_binary_file('pg_wal/' || name) AS content FROM pg_ls_waldir()
  WHERE name ~ '^[0-9A-F]{24}$' AND name <= pg_walfile_name(pg_current_wal_insert_lsn())`;

export const postgres: Requirements = {
  'runs Postgres with a password that is a secret, for nobody else': async ({ lab, secrets }) => {
    const { connection } = lab.postgres;
    assert.ok(secrets.includes(connection.password));
    assert.match(connection.host, /^127\./);
    const [row] = await withSql(connection, (sql) => sql.query<{ tables: string }>(countTables));
    assert.ok(Number(row?.tables) > 10, 'migrated');
    await assert.rejects(
      withSql({ ...connection, password: 'guess' }, () => Promise.resolve()),
      { code: '28P01' },
    );
  },

  'stops Postgres and starts it on its data, where it was': async ({ lab }) => {
    const { connection } = lab.postgres;
    await writeRow(lab, 'before a stop');
    await lab.postgres.stop(signal());
    await isDown(lab.postgres, { running: false, frozen: false, dataPresent: true });
    await lab.postgres.start(signal());
    assert.deepEqual(lab.postgres.connection, connection);
    assert.deepEqual(await readRows(lab), ['before a stop']);
  },

  'kills Postgres, and what was committed is there after a start': async ({ lab }) => {
    await writeRow(lab, 'before a kill');
    await lab.postgres.kill(signal());
    await isDown(lab.postgres, { running: false, frozen: false, dataPresent: true });
    await lab.postgres.kill(signal());
    await lab.postgres.start(signal());
    assert.deepEqual(await readRows(lab), ['before a stop', 'before a kill']);
  },

  'freezes Postgres, which then neither answers nor refuses, and thaws it': async ({ lab }) => {
    await lab.postgres.freeze(signal());
    await isDown(lab.postgres, { running: true, frozen: true, dataPresent: true });
    await lab.postgres.thaw(signal());
    await isUp(lab.postgres);
    assert.equal((await readRows(lab)).length, 2);
  },

  'kills a frozen Postgres': async ({ lab }) => {
    await lab.postgres.freeze(signal());
    await lab.postgres.kill(signal());
    await isDown(lab.postgres, { running: false, frozen: false, dataPresent: true });
    await lab.postgres.start(signal());
    assert.equal((await readRows(lab)).length, 2);
  },

  'cuts Postgres off where there is a network to cut: it runs on, nobody reaches it, and all of it is back':
    async ({ lab }, context) => {
      const { postgres, link } = lab;
      if (!link) {
        context.skip('no network between Kong and Postgres');
        return;
      }
      const { connection } = postgres;
      await link.cut(signal());
      const state = await postgres.state(signal());
      assert.deepEqual(pick(state), { running: true, frozen: false, dataPresent: true });
      const confirming = state.evidence.filter(({ confirms }) => confirms);
      assert.ok(confirming.length > 0, JSON.stringify(state.evidence));
      await link.mend(signal());
      await isUp(postgres);
      assert.deepEqual(postgres.connection, connection);
      assert.equal((await readRows(lab)).length, 2);
      for (const node of lab.kong) await serves(node);
    },

  'copies the data folder while the server runs; damages it; brings up a new server on the copy': async ({
    lab,
    folder,
  }) => {
    const tarFile = join(folder, 'base.tar');
    await writeRow(lab, 'before the base backup');
    const files = await withSql(ofServer(lab.postgres.connection), async (sql) => {
      await sql.query(`SELECT pg_backup_start('contract', fast => true)`);
      await lab.postgres.copyData(tarFile, signal());
      const [end] = await sql.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
      await sql.query('SELECT pg_switch_wal()');
      const wal = await sql.query<{ name: string; content: Uint8Array }>(readWal);
      return {
        backup_label: end?.labelfile ?? '',
        ...Object.fromEntries(wal.map(({ name, content }) => [`pg_wal/${name}`, content])),
      };
    });
    await writeRow(lab, 'after the base backup');
    await damage(lab);
    await lab.postgres.lose(signal());
    await lab.postgres.provision({ address: 'same', data: { tarFile, files } }, signal());
    assert.deepEqual((await readRows(lab)).slice(-1), ['before the base backup']);
  },

  'loses Postgres with its data; a new one has the old name and password, and another address': async (
    opened,
  ) => {
    const { lab } = opened;
    const { connection } = lab.postgres;
    await lab.postgres.lose(signal());
    await isDown(lab.postgres, { running: false, frozen: false, dataPresent: false });
    await assert.rejects(lab.postgres.start(signal()), DrillError);
    await lab.postgres.provision({ address: 'new' }, signal());
    const { password, user, database } = lab.postgres.connection;
    assert.deepEqual([password, user, database], [connection.password, connection.user, connection.database]);
    const [row] = await withSql(lab.postgres.connection, (sql) => sql.query<{ tables: string }>(countTables));
    assert.equal(row?.tables, '0');
    await migrate(lab);
    const moved = !opened.readiness.notes?.some((note) => note.includes('address'));
    for (const node of moved ? lab.kong : [])
      assert.notEqual(await listsServices(node), 200, 'a running Kong stays with the address that it had');
    await Promise.all(lab.kong.map((node) => node.kill(signal())));
    await Promise.all(lab.kong.map((node) => node.start(signal())));
    for (const node of lab.kong) await serves(node);
  },
};

/** Running and stopped: the files are random bytes afterwards, and nobody can use the database. */
async function damage({ postgres }: Lab): Promise<void> {
  const { connection } = postgres;
  const before = await postgres.countPages(signal());
  assert.ok(before.pages > 100, 'the tables of Kong');
  assert.equal(before.invalid, 0);
  const damaged = await postgres.damageData(signal());
  assert.ok(damaged.files > 100 && damaged.bytes >= before.pages * 8_192, JSON.stringify(damaged));
  const after = await postgres.countPages(signal());
  assert.ok(after.invalid > 0.9 * after.pages, `${after.invalid} of ${after.pages} pages`);
  await assert.rejects(withSql(connection, (sql) => sql.query('SELECT * FROM contract')));
  await withSql(ofServer(connection), (sql) => sql.query('SELECT 1'));
  await postgres.kill(signal());
  assert.ok((await postgres.damageData(signal())).files > 100, 'also of a dead server');
}
