import { createHash, X509Certificate } from 'node:crypto';
import type { JsonObject } from '../json.js';
import { idOf, isFilled, isObject, text } from '../json.js';
import { normalTarget, passwordProblem } from '../schema/custom.js';
import type { Problems } from '../schema/problems.js';

/** What Kong does to the entities of one kind besides following their schema. */
export interface Hooks {
  /** The fields that a request means, before defaults and checks. */
  readonly input?: (input: JsonObject) => JsonObject;
  /** Problems that are found before those of the schema's own checks. */
  readonly check?: (entity: JsonObject, given: JsonObject) => string | undefined;
  /** What is stored instead of what was given; `given` are the fields of the request itself. */
  readonly stored?: (entity: JsonObject, given: JsonObject) => JsonObject;
}

export const hooks: Record<string, Hooks> = {
  services: { input: expandUrl },
  targets: {
    stored: (entity) => ({ ...entity, target: normalTarget(text(entity.target)) ?? null }),
  },
  basicauth_credentials: { check: passwordProblem, stored: hashPassword },
  ca_certificates: {
    stored: (entity) => ({ ...entity, cert_digest: certificateDigest(text(entity.cert)) }),
  },
};

function expandUrl({ url, ...input }: JsonObject): JsonObject {
  if (typeof url !== 'string') return url === undefined ? input : { ...input, url };
  const [, protocol = '', host = '', port, path] =
    /^(\w+):\/\/([^/:]+)(?::(\d+))?(\/[^?#]*)?$/.exec(url) ?? [];
  const standard = protocol === 'https' || protocol === 'grpcs' ? 443 : 80;
  return {
    ...input,
    protocol,
    host,
    port: port === undefined ? standard : Number(port),
    path: path ?? null,
  };
}

/**
 * SHA-1 of password and consumer id, also over a password that is a hash already:
 * this is why basic-auth does not survive a decK dump.
 */
function hashPassword(entity: JsonObject, given: JsonObject): JsonObject {
  if (!isFilled(given.password)) return entity;
  return { ...entity, password: passwordHash(text(given.password), idOf(entity.consumer) ?? '') };
}

export const passwordHash = (password: string, consumerId: string): string =>
  createHash('sha1')
    .update(password + consumerId)
    .digest('hex');

function certificateDigest(cert: string): string {
  return new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();
}

/** Takes `ttl` out of the input: it is no field of any schema. */
export function splitTtl(
  input: JsonObject,
  problems: Problems,
): { ttl: number | undefined; rest: JsonObject } {
  const { ttl, ...rest } = input;
  if (ttl === undefined || ttl === null) return { ttl: undefined, rest };
  if (typeof ttl === 'number' && Number.isInteger(ttl) && ttl >= 0 && ttl <= 100_000_000)
    return { ttl, rest };
  problems.ttl = 'must be an integer between 0 and 100000000';
  return { ttl: undefined, rest };
}

/** A foreign value that names its entity by something else than the id. */
export function isNamedReference(value: unknown, key: string | undefined): value is JsonObject {
  return isObject(value) && key !== undefined && !('id' in value) && typeof value[key] === 'string';
}
