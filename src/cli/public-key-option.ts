/** Public keys that evidence is held against; files, from outside of the evidence. */
import { expectPublicKey } from '../evidence/signature.js';
import type { Given, Option } from './command.js';
import { readKeyFile } from './key-file.js';

export const publicKeyOption: Option = {
  kind: 'list',
  description:
    'Ed25519 public key in PEM, from outside of the evidence; several times where several may sign',
  value: 'FILE',
};

/** @throws DrillError `usage` where one cannot be read, or is no Ed25519 public key. */
export async function publicKeysOf(given: Given): Promise<readonly string[]> {
  const hint = 'make it from the private key with `openssl pkey -in <key> -pubout`';
  const keys = await Promise.all(
    given.list('public-key').map((file) => readKeyFile('public-key', file, hint)),
  );
  for (const pem of keys) expectPublicKey(pem);
  return keys;
}
