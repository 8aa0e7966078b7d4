import { passwordHash } from '../../entities/hooks.js';
import { kindNamed } from '../../entities/kinds.js';
import { keyOf } from '../../entities/store.js';
import type { JsonObject } from '../../json.js';
import { idOf, isUuid, text, texts } from '../../json.js';
import type { Answer, Exchange } from '../exchange.js';
import { errorAnswer } from '../exchange.js';
import type { Plugin, Tools } from './plugin.js';

type Attempt = { credential: JsonObject; identifier: string } | { refusal: Answer };

/** Who asks is found by `attempt`; without success the anonymous consumer, where there is one. */
const authentication =
  (attempt: (config: JsonObject, exchange: Exchange, tools: Tools) => Promise<Attempt>): Plugin =>
  async (config, exchange, tools) => {
    if (config.run_on_preflight === false && exchange.asked.method === 'OPTIONS') return undefined;
    const anonymous = text(config.anonymous);
    // With an anonymous consumer, any one of several authentications is enough.
    if (anonymous && exchange.credential) return undefined;
    const outcome = await attempt(config, exchange, tools);
    if ('credential' in outcome) {
      const id = idOf(outcome.credential.consumer) ?? '';
      setConsumer(exchange, await consumer(id, tools), outcome);
      return undefined;
    }
    if (!anonymous) return outcome.refusal;
    setConsumer(exchange, await consumer(anonymous, tools));
    return undefined;
  };

const consumer = (idOrName: string, { cache, store }: Tools): Promise<JsonObject | undefined> =>
  cache.get(keyOf('consumers', [idOrName], store.workspace), async () => ({
    value: await store.find(kindNamed('consumers'), isUuid(idOrName) ? 'id' : 'username', idOrName),
  }));

function setConsumer(
  exchange: Exchange,
  found: JsonObject | undefined,
  proof?: { credential: JsonObject; identifier: string },
): void {
  exchange.consumer = found;
  exchange.credential = proof?.credential;
  const headers: [string, string][] = [
    ['x-consumer-id', text(found?.id)],
    ['x-consumer-custom-id', text(found?.custom_id)],
    ['x-consumer-username', text(found?.username)],
    ['x-credential-identifier', proof?.identifier ?? ''],
    ['x-anonymous-consumer', proof ? '' : 'true'],
  ];
  for (const [name, value] of headers) exchange.upstreamHeaders.set(name, value || null);
}

/** A credential by its key: from the cache, also that there is none. */
const credential = (
  { kind, field }: { kind: string; field: string },
  value: string,
  { cache, store }: Tools,
): Promise<JsonObject | undefined> =>
  cache.get(keyOf(kind, [value], store.workspace), async () => {
    const found = await store.find(kindNamed(kind), field, value);
    const ttl = found?.ttl;
    return { value: found, ttlSeconds: typeof ttl === 'number' ? ttl : undefined };
  });

const refused = (message: string, scheme: string, { requestId }: Exchange): Attempt => ({
  refusal: errorAnswer(401, message, requestId, { 'WWW-Authenticate': scheme }),
});

export const keyAuth = authentication(async (config, exchange, tools) => {
  const scheme = config.realm ? `Key realm="${text(config.realm)}"` : 'Key';
  const given = texts(config.key_names)
    .map((name) => presented(name, config, exchange))
    .find(({ values }) => values.length > 0);
  if ((given?.values.length ?? 0) > 1) return refused('Duplicate API key found', scheme, exchange);
  const key = given?.values[0];
  if (!given || !key) return refused('No API key found in request', scheme, exchange);
  if (config.hide_credentials === true) {
    exchange.upstreamHeaders.set(given.name.toLowerCase(), null);
    const hidden = `${given.name}=`;
    exchange.search = exchange.search
      .split('&')
      .filter((pair) => !pair.startsWith(hidden))
      .join('&');
  }
  const found = await credential({ kind: 'keyauth_credentials', field: 'key' }, key, tools);
  if (!found) return refused('Unauthorized', scheme, exchange);
  return { credential: found, identifier: text(found.id) };
});

function presented(
  name: string,
  config: JsonObject,
  { asked, query }: Exchange,
): { name: string; values: readonly string[] } {
  const header = config.key_in_header === false ? [] : (asked.headers.get(name.toLowerCase()) ?? []);
  const values = header.length === 0 && config.key_in_query !== false ? query.getAll(name) : header;
  return { name, values };
}

export const basicAuth = authentication(async (config, exchange, tools) => {
  const scheme = `Basic realm="${text(config.realm)}"`;
  for (const header of ['proxy-authorization', 'authorization']) {
    const [, encoded] = /^basic\s+(\S+)/i.exec(exchange.asked.headers.get(header)?.[0] ?? '') ?? [];
    if (encoded === undefined) continue;
    if (config.hide_credentials === true) exchange.upstreamHeaders.set(header, null);
    const [username = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
    const found = await credential({ kind: 'basicauth_credentials', field: 'username' }, username, tools);
    if (found?.password === passwordHash(rest.join(':'), idOf(found?.consumer) ?? '')) {
      return { credential: found, identifier: username };
    }
  }
  return refused('Unauthorized', scheme, exchange);
});
