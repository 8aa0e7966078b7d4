/** What is known of the `config` of plugins, vaults and the like; of the unknown ones, by the names of their fields. */

/** Lists in the configuration of a plugin whose order has no meaning. */
export const configSets: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    jwt: ['config.uri_param_names', 'config.cookie_names', 'config.claims_to_verify', 'config.header_names'],
    session: ['config.response_headers', 'config.request_headers', 'config.logout_methods'],
    loggly: ['config.tags'],
  }),
);

const redis = [
  'host',
  'port',
  'password',
  'username',
  'ssl',
  'ssl_verify',
  'server_name',
  'timeout',
  'database',
];
const redisAliases = Object.fromEntries(
  redis.map((field) => [`config.redis_${field}`, `config.redis.${field}`]),
);

/** Deprecated spellings that Kong 3.9 shows beside the real field: plugin → spelling → field. They are kept once. */
export const configAliases: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map(
  Object.entries({
    'rate-limiting': redisAliases,
    'response-ratelimiting': redisAliases,
    opentelemetry: { 'config.endpoint': 'config.traces_endpoint' },
    acme: {
      'config.storage_config.redis.auth': 'config.storage_config.redis.password',
      'config.storage_config.redis.ssl_server_name': 'config.storage_config.redis.server_name',
      'config.storage_config.redis.namespace': 'config.storage_config.redis.extra_options.namespace',
      'config.storage_config.redis.scan_count': 'config.storage_config.redis.extra_options.scan_count',
    },
  }),
);

const secretWords =
  /pass(word|phrase|wd)|secret|token|api[-_]?key|(^|_)key$|private|credential|authorization|cookie$|hmac|^jwk|_jwks?$/i;

/** Fields that Kong encrypts and whose names do not say so. */
const encrypted = new Set([
  'http_endpoint',
  'aws_assume_role_arn',
  'aws_access_key_id',
  'account_email',
  'eab_kid',
  'clientid',
  'header_value',
  'param_value',
  'secret_v1',
  'gcp_service_account_json',
]);

/** Whether texts in a field of this name are secret. */
export function isSecretField(name: string): boolean {
  return encrypted.has(name) || secretWords.test(name);
}

const userInUrl = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s]*:[^/@\s]*@/i;

/** Whether a text is secret wherever it stands: a URL with a password in it, a private key. */
export function isSecretText(text: string): boolean {
  if (text.length <= 10) return false;
  return text.startsWith('-----')
    ? /^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)
    : text.includes('@') && userInUrl.test(text);
}
