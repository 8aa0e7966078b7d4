/** How a person looks into a lab that was kept: its addresses, its database without a password to type, its logs as they go on. */
import { copyFile, link, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KongNode, PostgresServer, WayIn } from '../engine.js';
import { addressesOf } from '../ways-in.js';

export interface KeptParts {
  /** Of the lab: it goes with the lab. */
  readonly folder: string;
  readonly logFolder: string;
  readonly postgres: Pick<PostgresServer, 'connection'>;
  readonly kong: readonly KongNode[];
}

/** Puts what is needed into the folder of the lab. */
export async function waysInto({ folder, logFolder, postgres, kong }: KeptParts): Promise<readonly WayIn[]> {
  const { host, port, user, password, database } = postgres.connection;
  const passwordFile = join(folder, 'pgpass');
  await writeFile(passwordFile, `*:*:*:${user}:${password}\n`, { mode: 0o600 });
  return [
    ...addressesOf(kong),
    { what: 'database', how: `PGPASSFILE=${passwordFile} psql -h ${host} -p ${port} -U ${user} ${database}` },
    { what: 'logs', how: await keepLogs(logFolder, join(folder, 'logs')) },
    { what: 'folder of the lab', how: folder },
  ];
}

/** The evidence gets copies without secrets, which do not change any more; the programs go on writing into these. */
async function keepLogs(from: string, to: string): Promise<string> {
  await mkdir(to, { mode: 0o700 });
  for (const name of await readdir(from))
    // Another file system takes no links: there the logs are as they were when the case ended.
    await link(join(from, name), join(to, name)).catch(() => copyFile(join(from, name), join(to, name)));
  return to;
}
