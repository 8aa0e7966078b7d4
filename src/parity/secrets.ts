/** Secrets as keyed hashes: equal secrets stay recognisable as equal, and nothing else can be read from them. */
import { createHmac, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface SecretHasher {
  /** Names the key without giving it away. */
  readonly id: string;
  /** `hmac:<key id>:<digest>`; what is already one of these, or a reference to a vault, stays as it is. */
  readonly hash: (secret: string) => string;
}

/** Hashes with HMAC-SHA256 under a key of the project's or the run's. */
export function secretHasher(key: string, onSecret?: (secret: string) => void): SecretHasher {
  const prepared = createSecretKey(key, 'utf8');
  const id = hmac(prepared, 'kong-drill: id of this key').slice(0, 8);
  const prefix = `hmac:${id}:`;
  return {
    id,
    hash: (secret) => {
      if (secret.startsWith(prefix) || vaultReference.test(secret)) return secret;
      onSecret?.(secret);
      return prefix + hmac(prepared, secret);
    },
  };
}

const vaultReference = /^\{vault:\/\/.*\}$/;

function hmac(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}
