/** The key that signs the evidence: a wrong one is told before a drill has run, and not after it. */
import { publicKeyOf, signingKeyIn } from '../evidence/signature.js';
import { DrillError, messageOf } from '../model/drill-error.js';
import type { Environment } from '../system/environment.js';

/** Where none is given nothing is signed. @throws DrillError `usage` where it is no Ed25519 private key in PEM. */
export function expectSigningKey(environment: Environment): void {
  const key = signingKeyIn(environment);
  if (key === undefined) return;
  try {
    publicKeyOf(key);
  } catch (error) {
    throw new DrillError(
      'usage',
      `KONG_DRILL_SIGNING_KEY: ${messageOf(error)}`,
      'put the key itself into it, not the name of its file: KONG_DRILL_SIGNING_KEY="$(cat signing.pem)"; a new one: openssl genpkey -algorithm ed25519',
      { cause: error },
    );
  }
}
