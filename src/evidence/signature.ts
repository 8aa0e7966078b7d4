/** An Ed25519 signature over the manifest: who holds the key says that this is what the run left. */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillError, messageOf } from '../model/drill-error.js';
import { writeWhole } from '../system/files.js';
import { manifestFileName, signatureFileName } from './manifest.js';

export type SignatureState = 'good' | 'bad' | 'none';

/** @throws DrillError `usage` where the key is no Ed25519 private key in PEM. */
export async function signManifest(folder: string, privateKeyPem: string): Promise<void> {
  const key = keyFrom(() => createPrivateKey(privateKeyPem), 'private');
  const signature = sign(null, await readFile(join(folder, manifestFileName)), key);
  await writeWhole(join(folder, signatureFileName), `${signature.toString('base64')}\n`);
}

/** @throws DrillError `usage` where the key is no Ed25519 public key in PEM. */
export async function checkSignature(folder: string, publicKeyPem: string): Promise<SignatureState> {
  const key = keyFrom(() => createPublicKey(publicKeyPem), 'public');
  const [manifest, signature] = await Promise.all(
    [manifestFileName, signatureFileName].map((name) => readFile(join(folder, name)).catch(() => undefined)),
  );
  if (!signature) return 'none';
  const text = signature.toString('utf8');
  if (!manifest || !/^[A-Za-z0-9+/]{86}==\n$/.test(text)) return 'bad';
  const bytes = Buffer.from(text, 'base64');
  // Base64 has several spellings of the last bits: only the one that was written counts.
  if (`${bytes.toString('base64')}\n` !== text) return 'bad';
  return verify(null, manifest, key, bytes) ? 'good' : 'bad';
}

function keyFrom(read: () => KeyObject, kind: 'private' | 'public'): KeyObject {
  try {
    const key = read();
    if (key.asymmetricKeyType === 'ed25519') return key;
    throw new TypeError(`it is a key for ${key.asymmetricKeyType ?? 'something else'}`);
  } catch (error) {
    throw new DrillError(
      'usage',
      `expected an Ed25519 ${kind} key in PEM: ${messageOf(error)}`,
      'make one with `openssl genpkey -algorithm ed25519`',
      { cause: error },
    );
  }
}
