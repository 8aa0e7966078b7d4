/** Public keys that evidence is held against; files, from outside of the evidence. */
import { readFile } from 'node:fs/promises';
import { DrillError, messageOf } from '../model/drill-error.js';
import type { Given, Option } from './command.js';

export const publicKeyOption: Option = {
  kind: 'list',
  description:
    'Ed25519 public key in PEM, from outside of the evidence; several times where several may sign',
  value: 'FILE',
};

/** @throws DrillError `usage` where one cannot be read. */
export function publicKeysOf(given: Given): Promise<readonly string[]> {
  return Promise.all(given.list('public-key').map(read));
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new DrillError(
      'usage',
      `--public-key: expected a file with a key, got ${JSON.stringify(file)}: ${messageOf(error)}`,
      'make it from the private key with `openssl pkey -in <key> -pubout`',
      { cause: error },
    );
  }
}
