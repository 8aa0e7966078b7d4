/** An Ed25519 signature over the manifest: who holds the key says that this is what the run left. */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillError, messageOf } from '../model/drill-error.js';
import { writeWhole } from '../system/files.js';
import { manifestFileName, signatureFileName } from './manifest.js';

export type SignatureState = 'good' | 'bad' | 'none';

const keyName = 'KONG_DRILL_SIGNING_KEY';

/** The key that signs, as it was given; `undefined` where it is empty or, as Azure leaves a variable that is not set, its own name. */
export function signingKeyIn({
  [keyName]: key,
}: Readonly<Record<string, string | undefined>>): string | undefined {
  return key === '' || key === `$(${keyName})` ? undefined : key;
}

/** @throws DrillError `usage` where the key is no Ed25519 private key in PEM. */
export async function signManifest(folder: string, privateKeyPem: string): Promise<void> {
  const manifest = await readFile(join(folder, manifestFileName));
  await writeWhole(join(folder, signatureFileName), signatureOf(manifest, privateKeyPem));
}

/** @throws DrillError `usage` where the key is no Ed25519 public key in PEM. */
export async function checkSignature(folder: string, publicKeyPem: string): Promise<SignatureState> {
  const [manifest, signature] = await Promise.all(
    [manifestFileName, signatureFileName].map((name) => readFile(join(folder, name)).catch(() => undefined)),
  );
  expectPublicKey(publicKeyPem);
  if (!signature) return 'none';
  return manifest && isSignedBy(manifest, signature.toString('utf8'), publicKeyPem) ? 'good' : 'bad';
}

/** @throws DrillError `usage` where the key is no Ed25519 public key in PEM. */
export function expectPublicKey(pem: string): void {
  keyFrom(() => createPublicKey(pem), 'public');
}

/** The signature as the text of a file. @throws DrillError `usage` where the key is no Ed25519 private key in PEM. */
export function signatureOf(bytes: Uint8Array, privateKeyPem: string): string {
  const key = privateKey(privateKeyPem);
  return `${sign(null, bytes, key).toString('base64')}\n`;
}

/** @throws DrillError `usage` where the key is no Ed25519 public key in PEM. */
export function isSignedBy(bytes: Uint8Array, signature: string, publicKeyPem: string): boolean {
  const key = keyFrom(() => createPublicKey(publicKeyPem), 'public');
  if (!/^[A-Za-z0-9+/]{86}==\n$/.test(signature)) return false;
  const decoded = Buffer.from(signature, 'base64');
  // Base64 has several spellings of the last bits: only the one that was written counts.
  return `${decoded.toString('base64')}\n` === signature && verify(null, bytes, key, decoded);
}

/** PEM of the public half. @throws DrillError `usage` where the key is no Ed25519 private key in PEM. */
export function publicKeyOf(privateKeyPem: string): string {
  const key = privateKey(privateKeyPem);
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}

function privateKey(pem: string): KeyObject {
  return keyFrom(() => createPrivateKey(inLines(pem)), 'private');
}

/** A secret that a CI keeps in one line has lost the breaks, or has blanks in their place. */
function inLines(pem: string): string {
  const [, label = '', base64 = ''] =
    /^\s*-----BEGIN ([A-Z ]{1,40})-----([\w+/=\s]*)-----END \1-----\s*$/.exec(pem) ?? [];
  return base64 === ''
    ? pem
    : `-----BEGIN ${label}-----\n${base64.replace(/\s/g, '')}\n-----END ${label}-----\n`;
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
