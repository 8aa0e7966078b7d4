/** Plugins of a made-up configuration: no two of the same name on one service or route. */
import type { JsonObject } from '../../model/entity.js';

const logins = [
  { name: 'key-auth', config: { key_names: ['apikey'], hide_credentials: true } },
  { name: 'basic-auth', config: { hide_credentials: true } },
  { name: 'hmac-auth', config: {} },
  { name: 'jwt', config: { claims_to_verify: ['exp'] } },
] as const;

/** Who may enter where; each made-up consumer is in one of them. */
export const groups = ['first-party', 'partners', 'back-office'] as const;

type MakePlugin = (serial: number) => JsonObject;

const anywhere: readonly MakePlugin[] = [
  (serial) => ({
    name: 'rate-limiting',
    config: { minute: 6_000 + 100 * (serial % 50), policy: 'local', limit_by: 'ip' },
  }),
  () => ({
    name: 'cors',
    config: { origins: ['https://shop.example'], methods: ['GET', 'HEAD'], max_age: 3_600 },
  }),
  (serial) => ({ name: 'request-size-limiting', config: { allowed_payload_size: 8 + (serial % 64) } }),
  (serial) => ({
    name: 'response-transformer',
    config: { add: { headers: [`X-Served-By: tier-${serial % 5}`] }, remove: { headers: ['X-Powered-By'] } },
  }),
  () => ({ name: 'correlation-id', config: { header_name: 'X-Request-Id', generator: 'uuid' } }),
  () => ({ name: 'bot-detection', config: { deny: ['BadRobot'] } }),
];

/** A login, then the groups that it lets in, then the rest. */
const ofServices: readonly MakePlugin[] = [
  (serial) => logins[serial % logins.length] ?? logins[0],
  () => ({ name: 'acl', config: { allow: [...groups.slice(0, 2)], hide_groups_header: true } }),
  ...anywhere,
];

/** What the service of a serial number gets in a round; each round gives it one more. */
export function pluginOfService(serial: number, round: number): JsonObject {
  const first = serial % ofServices.length;
  // One that would begin with the groups begins with the login.
  return made(ofServices, serial, (first === 1 ? 0 : first) + round);
}

export function pluginOfRoute(serial: number, round: number): JsonObject {
  return made(anywhere, serial, serial + round);
}

function made(list: readonly MakePlugin[], serial: number, place: number): JsonObject {
  return list[place % list.length]?.(serial) ?? {};
}
