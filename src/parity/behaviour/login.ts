/** How a caller shows a credential, given the settings of the plugin that checks it. */
import { createHmac } from 'node:crypto';
import type { JsonObject } from '../../model/entity.js';
import type { Address, Login } from './request.js';
import { text, texts } from './state.js';

/** The address with the credential in it. `now` dates signatures. @returns why it cannot be shown, where it cannot. */
export function showLogin(
  address: Address,
  login: Login,
  config: JsonObject,
  now: Date,
): Address | { readonly reason: string } {
  switch (login.kind) {
    case 'key-auth':
      return showKey(address, login.key, config);
    case 'basic-auth': {
      const pair = Buffer.from(`${login.username}:${login.password}`).toString('base64');
      return withHeaders(address, { authorization: `Basic ${pair}` });
    }
    case 'hmac-auth':
      return sign(address, login, config, now);
    case 'jwt':
      return showToken(address, login, config, now);
  }
}

function showKey(address: Address, key: string, config: JsonObject): Address | { readonly reason: string } {
  const name = texts(config.key_names)[0] ?? 'apikey';
  if (config.key_in_header !== false) return withHeaders(address, { [name]: key });
  if (config.key_in_query === false) return { reason: 'the key belongs into the body of the request' };
  const sign = address.path.includes('?') ? '&' : '?';
  return { ...address, path: `${address.path}${sign}${name}=${encodeURIComponent(key)}` };
}

const digests: Readonly<Record<string, string>> = {
  'hmac-sha256': 'sha256',
  'hmac-sha512': 'sha512',
  'hmac-sha384': 'sha384',
  'hmac-sha1': 'sha1',
};

function sign(
  address: Address,
  { username, secret }: Extract<Login, { kind: 'hmac-auth' }>,
  config: JsonObject,
  now: Date,
): Address | { readonly reason: string } {
  const allowed = texts(config.algorithms);
  const algorithm = Object.keys(digests).find((name) => allowed.length === 0 || allowed.includes(name));
  if (algorithm === undefined) return { reason: `no algorithm of ${allowed.join(', ')} is known` };
  const date = now.toUTCString();
  const known: Readonly<Record<string, string>> = {
    date: `date: ${date}`,
    host: `host: ${address.host}`,
    'request-line': `${address.method} ${address.path} HTTP/1.1`,
    '@request-target': `@request-target: ${address.method.toLowerCase()} ${address.path}`,
  };
  const signed = [...new Set(['date', ...texts(config.enforce_headers)])];
  if (config.validate_request_body === true || signed.some((name) => known[name] === undefined)) {
    return { reason: `the signature has to cover ${signed.join(', ')} and the body` };
  }
  const signature = createHmac(digests[algorithm] ?? '', secret)
    .update(signed.map((name) => known[name]).join('\n'))
    .digest('base64');
  const parts = `username="${username}", algorithm="${algorithm}", headers="${signed.join(' ')}"`;
  return withHeaders(address, { date, authorization: `hmac ${parts}, signature="${signature}"` });
}

const tokenLifeS = 60;

function showToken(
  address: Address,
  { key, secret, algorithm = 'HS256' }: Extract<Login, { kind: 'jwt' }>,
  config: JsonObject,
  now: Date,
): Address | { readonly reason: string } {
  const digest = /^HS(256|384|512)$/.exec(algorithm)?.[1];
  if (digest === undefined) return { reason: `nobody has the private key of a ${algorithm} credential` };
  const headerNames = texts(config.header_names);
  const nowS = Math.floor(now.getTime() / 1_000);
  const claims = {
    [text(config.key_claim_name) || 'iss']: key,
    exp: nowS + tokenLifeS,
    nbf: nowS - tokenLifeS,
  };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: algorithm, typ: 'JWT' })}.${part(claims)}`;
  const bytes = config.secret_is_base64 === true ? Buffer.from(secret, 'base64') : secret;
  const token = `${signed}.${createHmac(`sha${digest}`, bytes).update(signed).digest('base64url')}`;
  return withHeaders(address, { [headerNames[0] ?? 'authorization']: `Bearer ${token}` });
}

function withHeaders(address: Address, headers: Readonly<Record<string, string>>): Address {
  return { ...address, headers: { ...address.headers, ...headers } };
}
