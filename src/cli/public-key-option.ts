/** Public keys that evidence is held against; files, from outside of the evidence. */
import type { Given, Option } from './command.js';
import { readKeyFile } from './key-file.js';

export const publicKeyOption: Option = {
  kind: 'list',
  description:
    'Ed25519 public key in PEM, from outside of the evidence; several times where several may sign',
  value: 'FILE',
};

/** @throws DrillError `usage` where one cannot be read. */
export function publicKeysOf(given: Given): Promise<readonly string[]> {
  const hint = 'make it from the private key with `openssl pkey -in <key> -pubout`';
  return Promise.all(given.list('public-key').map((file) => readKeyFile('public-key', file, hint)));
}
