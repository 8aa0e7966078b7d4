/** Where labs have their folders. */
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { Environment } from '../../system/environment.js';
import { temporaryFolders } from '../owned-folder.js';
import type { Identity } from './identity.js';

/** The first of them that the server's own user can pass into. */
export async function folderFor(identity: Identity | undefined, environment: Environment): Promise<string> {
  const folders = temporaryFolders(environment);
  if (!identity) return folders[0] ?? tmpdir();
  for (const folder of folders) if (await everybodyPasses(folder)) return folder;
  return '/tmp';
}

async function everybodyPasses(folder: string): Promise<boolean> {
  const entry = await stat(folder).catch(() => undefined);
  if (!entry || (entry.mode & 0o001) === 0) return false;
  return dirname(folder) === folder || (await everybodyPasses(dirname(folder)));
}
