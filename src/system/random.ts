/** Randomness: identifiers, passwords, nonces. */
import { randomBytes, randomUUID } from 'node:crypto';

export const randomId = (): string => randomUUID();

/** A password or nonce of `bytes` random bytes, in hexadecimal. */
export const randomHex = (bytes = 16): string => randomBytes(bytes).toString('hex');

export const randomBuffer = (bytes: number): Buffer => randomBytes(bytes);
