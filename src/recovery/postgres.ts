/** Bringing a Postgres back: a new server, the old one on its data, a new database in it, or a base backup. */
import { ofServer, quoted, withSql } from '../system/sql.js';
import { done } from './recovery.js';
import type { Act } from './recovery.js';

export const provisionPostgres: Act<'provision-postgres'> = async ({ address, version }, { lab, signal }) => {
  await lab.postgres.provision({ address, version }, signal);
  return done;
};

export const restartPostgres: Act<'restart-postgres'> = async (_, { lab, signal }) => {
  const { frozen } = await lab.postgres.condition(signal);
  if (frozen) await lab.postgres.kill(signal);
  await lab.postgres.start(signal);
  return done;
};

export const mendNetwork: Act<'mend-network'> = async (_, { lab, signal }) => {
  if (!lab.link) return { ok: false, detail: 'this engine has no network between Kong and Postgres' };
  await lab.link.mend(signal);
  return done;
};

export const makeRoom: Act<'make-room'> = async (_, { lab, signal }) => {
  const { postgres } = lab;
  if (!postgres.disk) return { ok: false, detail: 'this Postgres has no disk of its own' };
  await postgres.disk.makeRoom(signal);
  const { running } = await postgres.condition(signal);
  if (!running) await postgres.start(signal);
  return done;
};

/** FORCE, because a Kong that still runs holds connections, and `DROP DATABASE` is refused while anyone does. */
export const recreateDatabase: Act<'recreate-database'> = async (_, { lab, signal }) => {
  const { running } = await lab.postgres.condition(signal);
  if (!running) await lab.postgres.start(signal);
  const { connection } = lab.postgres;
  await withSql(ofServer(connection), async (sql) => {
    await sql.query(`DROP DATABASE IF EXISTS ${quoted(connection.database)} WITH (FORCE)`);
    await sql.query(`CREATE DATABASE ${quoted(connection.database)} OWNER ${quoted(connection.user)}`);
  });
  return done;
};
