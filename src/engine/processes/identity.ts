/** Postgres refuses to run as root; then it gets a user that may do nothing. */
import { readFile } from 'node:fs/promises';
import { isRoot } from '../../system/environment.js';

export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

const nobody: Identity = { uid: 65_534, gid: 65_534 };

/** The user that Postgres runs as: `undefined` is the runner's own; as root it is `postgres`, else `nobody`. */
export async function serverIdentity(): Promise<Identity | undefined> {
  if (!isRoot()) return undefined;
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return accountOf('postgres', accounts) ?? accountOf('nobody', accounts) ?? nobody;
}

/** `name:password:uid:gid:…` in the list of accounts; never root. */
export function accountOf(name: string, accounts: string): Identity | undefined {
  const line = accounts.split('\n').find((each) => each.startsWith(`${name}:`));
  const [, , uid = '', gid = ''] = line?.split(':') ?? [];
  if (!/^[1-9][0-9]*$/.test(uid) || !/^[1-9][0-9]*$/.test(gid)) return undefined;
  return { uid: Number(uid), gid: Number(gid) };
}
