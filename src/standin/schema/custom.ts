import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Json, JsonObject } from '../json.js';
import { at, idOf, isFilled, text } from '../json.js';

/** The checks that Kong writes as functions, so that they are missing in what `/schemas` answers. */
export function customProblem(path: string, value: Json): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (path.endsWith('.tags.*')) return tagProblem(value);
  return checks[path]?.(value);
}

export const customEntityProblems = (name: string, input: JsonObject): string[] =>
  (entityChecks[name] ?? []).flatMap((check) => check(input) ?? []);

type Check = (value: string) => string | undefined;

const checks: Record<string, Check> = {
  'services.name': nameProblem,
  'services.host': (host) => (hostName(host) ? undefined : `invalid value: ${host}`),
  'services.path': pathProblem,
  'routes.name': nameProblem,
  'routes.paths.*': (path) => (path.startsWith('~') ? regexProblem(path.slice(1)) : pathProblem(path)),
  'routes.snis.*': wildcardProblem,
  'routes.hosts.*': wildcardProblem,
  'routes.sources.*.ip': addressProblem,
  'routes.destinations.*.ip': addressProblem,
  'plugins.instance_name': nameProblem,
  'upstreams.name': (name) =>
    hostName(name) ? undefined : `Invalid name ('${name}'); must be a valid hostname`,
  'targets.target': (target) =>
    normalTarget(target) ? undefined : 'Invalid target; not a valid hostname or ip address',
  'snis.name': wildcardProblem,
  'certificates.cert': certificateProblem,
  'certificates.cert_alt': certificateProblem,
  'certificates.key': keyProblem,
  'certificates.key_alt': keyProblem,
  'ca_certificates.cert': certificateProblem,
  'vaults.env.config.prefix': (prefix) =>
    /^[A-Za-z_][\w]*$/.test(prefix) ? undefined : `invalid value: ${prefix}`,
};

type EntityCheck = (input: JsonObject) => string | undefined;

const entityChecks: Record<string, EntityCheck[]> = {
  certificates: [
    (input) => pairProblem(input, 'cert', 'key'),
    (input) => pairProblem(input, 'cert_alt', 'key_alt'),
  ],
  ca_certificates: [
    ({ cert }) =>
      new X509Certificate(text(cert)).ca
        ? undefined
        : 'certificate does not appear to be a CA because it is missing the "CA" basic constraint',
  ],
  keys: [keyMaterialProblem],
};

/** Kong hashes a password together with the consumer's id, and so asks for both or none. */
export const passwordProblem = (entity: JsonObject, given: JsonObject): string | undefined =>
  isFilled(given.password) && !idOf(entity.consumer)
    ? "all or none of these fields must be set: 'password', 'consumer.id'"
    : undefined;

function nameProblem(name: string): string | undefined {
  if (/^[\w.\-~\u0080-\u{10ffff}]+$/u.test(name)) return undefined;
  return `invalid value '${name}': the only accepted ascii characters are alphanumerics or ., -, _, and ~`;
}

function tagProblem(tag: string): string | undefined {
  if (/^[ !-+\-.0-~\u0080-\u{10ffff}]+$/u.test(tag)) return undefined;
  return `invalid tag '${tag}': expected printable ascii (except \`,\` and \`/\`) or valid utf-8 sequences`;
}

function pathProblem(path: string): string | undefined {
  if (!/^\/[\w.\-~/%:@!$&'()*+,;=]*$/.test(path)) {
    return `invalid path: '${path}' (characters outside of the reserved list of RFC 3986 found)`;
  }
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(path);
  return bad ? `invalid url-encoded value: '${bad[0]}'` : undefined;
}

function regexProblem(pattern: string): string | undefined {
  try {
    new RegExp(pattern);
    return undefined;
  } catch (error) {
    return `invalid regex: '${pattern}' (PCRE returned: ${error instanceof Error ? error.message : ''})`;
  }
}

const hostName = (name: string): boolean =>
  isIP(name) !== 0 ||
  /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/.test(name);

function wildcardProblem(host: string): string | undefined {
  const stars = host.split('*').length - 1;
  if (stars > 1) return 'only one wildcard must be specified';
  if (stars === 1 && !host.startsWith('*') && !host.endsWith('*'))
    return 'wildcard must be leftmost or rightmost character';
  const name = host.replace('*', 'wildcard').replace(/:\d+$/, '');
  if (isIP(name)) return 'must not be an IP';
  return hostName(name) ? undefined : `invalid value: ${host}`;
}

function addressProblem(address: string): string | undefined {
  const [ip = '', bits, ...rest] = address.split('/');
  const family = isIP(ip);
  const fits = bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
  return family && fits && rest.length === 0 ? undefined : `invalid ip or cidr range: '${address}'`;
}

/** `host:port`, with Kong's default port 8000. */
export function normalTarget(target: string): string | undefined {
  const [, host = '', port = '8000'] = /^(\[[0-9a-f:]+\]|[^:]+)(?::(\d+))?$/i.exec(target) ?? [];
  if (Number(port) > 65535) return undefined;
  return hostName(host.replace(/^\[|\]$/g, '')) ? `${host}:${port}` : undefined;
}

function certificateProblem(cert: string): string | undefined {
  return reason(() => new X509Certificate(cert), 'invalid certificate');
}

function keyProblem(key: string): string | undefined {
  return reason(() => createPrivateKey(key), 'invalid key');
}

function reason(parse: () => unknown, what: string): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    return `${what}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function pairProblem(input: JsonObject, cert: string, key: string): string | undefined {
  const [certificate, secret] = [text(input[cert]), text(input[key])];
  if (!certificate || !secret || `${certificate}${secret}`.includes('{vault://')) return undefined;
  const fits = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(secret));
  return fits ? undefined : 'certificate does not match key';
}

function keyMaterialProblem(input: JsonObject): string | undefined {
  const jwk = text(input.jwk);
  if (jwk) {
    const wrong = reason(() => {
      const parsed = JSON.parse(jwk) as JsonObject;
      createPublicKey({ key: parsed as Record<string, string>, format: 'jwk' });
    }, '');
    return wrong === undefined ? undefined : 'could not load JWK, likely not a valid key';
  }
  const [secret, open] = [text(at(input, 'pem.private_key')), text(at(input, 'pem.public_key'))];
  if (secret && reason(() => createPrivateKey(secret), '') !== undefined) return 'could not load private key';
  if (open && reason(() => createPublicKey(open), '') !== undefined) return 'could not load public key';
  return undefined;
}
