/** What of the user's environment is taken for a secret: the user's own commands are given it, and may say it. */
import { existsSync } from 'node:fs';
import type { Environment } from '../system/environment.js';

/**
 * The name tells. `KEY` ends a word there (`KEYBOARD` and `KEYCLOAK_URL` are none), and an author is no authorization. decK's files may
 * refer to any `DECK_…`, also as a secret.
 */
const secretName = /^DECK_|PASS|SECRET|TOKEN|KEYS?(?![A-Z])|CREDENTIAL|LICEN[CS]E|AUTH(?!OR(?!I[SZ]))/i;

/** Shorter ones are words: `true`, `oidc`, `ed25519`. */
const shortest = 8;

/** Their values; one that is the path of a file or socket that there is (`SSH_AUTH_SOCK`) is none. */
export function secretsOf(environment: Environment): readonly string[] {
  return Object.entries(environment)
    .filter(([name]) => secretName.test(name))
    .map(([, value = '']) => value.trim())
    .filter((value) => value.length >= shortest && !existsSync(value));
}
