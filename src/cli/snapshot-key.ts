/** The key that the secrets of a snapshot are hashed with: whoever compares two snapshots needs the same for both. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectFolder } from '../drillfile/project-folder.js';
import { DrillError, messageOf } from '../model/drill-error.js';
import type { Environment } from '../system/environment.js';
import { randomHex } from '../system/random.js';
import type { Given, Option } from './command.js';

export const keyFileOption: Option = {
  kind: 'text',
  description: 'the key that secrets are hashed with; else KONG_DRILL_SNAPSHOT_KEY, kong-drill.key, your own',
  value: 'FILE',
};

export interface SnapshotKey {
  readonly key: string;
  /** Where it comes from, in words. */
  readonly origin: string;
}

const variable = 'KONG_DRILL_SNAPSHOT_KEY';
const leastLength = 16;

/**
 * From `--key-file`, the environment, `kong-drill.key` beside the project's `kong-drill.yaml`, or the user's own, which is made
 * where there is none.
 * @throws DrillError `usage` where none can be had, or it is short enough to be guessed.
 */
export async function snapshotKey(given: Given, environment: Environment): Promise<SnapshotKey> {
  const file = given.text('key-file');
  if (file !== undefined) return await keyIn(file);
  const said = environment[variable];
  if (said !== undefined && said !== '') return { key: longEnough(said, variable), origin: variable };
  const ofProject = join(projectFolder('.') ?? '.', 'kong-drill.key');
  if (existsSync(ofProject)) return await keyIn(ofProject);
  return await ownKey(environment);
}

async function keyIn(file: string): Promise<SnapshotKey> {
  try {
    return { key: longEnough((await readFile(file, 'utf8')).trim(), file), origin: file };
  } catch (error) {
    if (error instanceof DrillError) throw error;
    throw new DrillError('usage', `${file}: expected a key, got ${messageOf(error)}`, makeOne(file));
  }
}

async function ownKey({ XDG_CONFIG_HOME, HOME }: Environment): Promise<SnapshotKey> {
  const folder = XDG_CONFIG_HOME ?? (HOME === undefined ? undefined : join(HOME, '.config'));
  if (folder === undefined) {
    throw new DrillError('usage', 'expected a key for the secrets, got none', `set ${variable}`);
  }
  const file = join(folder, 'kong-drill', 'snapshot.key');
  if (!existsSync(file)) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, `${randomHex(32)}\n`, { mode: 0o600, flag: 'wx' });
  }
  return await keyIn(file);
}

function longEnough(key: string, where: string): string {
  if (key.length >= leastLength) return key;
  throw new DrillError(
    'usage',
    `${where}: expected a key of at least ${leastLength} characters, got ${key.length}`,
    makeOne(where),
  );
}

function makeOne(where: string): string {
  return where === variable ? 'make one with: openssl rand -hex 32' : `openssl rand -hex 32 > ${where}`;
}
