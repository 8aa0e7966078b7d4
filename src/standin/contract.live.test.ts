import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from './json.js';
import { isObject, text } from './json.js';
import { TestPostgres } from './testing/postgres.js';
import type { Exchange } from './testing/recordings.js';
import { exchangesOf, hasRecordings, recordedFolders, recordingsFolder } from './testing/recordings.js';
import type { Seen } from './testing/standin.js';
import { send, TestStandin } from './testing/standin.js';

/** Replayed one after the other against one stand-in: the state carries on from folder to folder. */
const replayed = [
  'info',
  'schemas',
  'services',
  'lists',
  'routes',
  'errors',
  'upstreams',
  'consumers',
  'credentials-key-auth',
  'credentials-basic-auth',
  'credentials-acls',
  'credentials-jwt',
  'credentials-hmac-auth',
  'credentials-oauth2',
  'consumer-groups',
  'certificates',
  'snis',
  'ca_certificates',
  'plugins',
  'vaults',
  'keys',
];

/** Not replayed here, and why. */
const elsewhere: Record<string, string> = {
  'D-schema-dropped': 'needs a damaged database: outage.live.test.ts',
  'E-truncated': 'needs a damaged database: outage.live.test.ts',
  'F-drop-restore': 'needs a damaged database: outage.live.test.ts',
  'F2-restore-clean-inplace': 'a log only; its behaviour: cache.live.test.ts',
  'H-foreign-workspace': 'needs a damaged database: outage.live.test.ts',
  'J-new-ip': 'a log only; its behaviour: outage.live.test.ts',
  'outage-A1-docker-stop-clean': 'the database must be gone: outage.live.test.ts',
  'outage-A2-paused': 'the database must be frozen: outage.live.test.ts',
  'outage-A3-refused': 'the database must be gone: outage.live.test.ts',
  'outage-A4-immediate': 'the database must be gone: outage.live.test.ts',
  'start-failures': 'console only: commands.live.test.ts',
  dbless: 'the stand-in knows traditional mode only',
  'deck-1.17.2': 'a real decK runs against it: deck.live.test.ts',
  'deck-1.65.1': 'a real decK runs against it: deck.live.test.ts',
};

/** Where an answer may differ from the recorded one; everything else must be equal. */
const allowances: { reason: string; keys?: RegExp; exchanges?: RegExp; adjust?: (body: Json) => Json }[] = [
  { reason: 'times', keys: /^(created_at|updated_at)$/ },
  {
    reason: 'made up for every node, request or plugin',
    keys: /^(node_id|request_id|provision_key|secret)$/,
  },
  { reason: 'seconds that remain', keys: /^ttl$/ },
  {
    reason: 'about the process, not about Kong',
    exchanges: /00[12]-|003-/,
    adjust: (body) => only(body, ['version', 'edition', 'tagline', 'plugins', 'database']),
  },
  {
    reason: 'the list of loaded plugins has another order',
    exchanges: /005-/,
    adjust: (body) => sorted(body),
  },
  {
    reason: 'endpoints of plugins and of debugging are left out',
    exchanges: /004-/,
    adjust: () => null,
  },
  { reason: 'timers are not played', exchanges: /006-/, adjust: () => null },
  {
    reason: 'descriptions are left out, and len_min 1 is the default',
    exchanges: /^schemas/,
    adjust: plainSchema,
  },
  {
    reason: 'wording of OpenSSL and PCRE',
    adjust: (body) => withoutWording(body),
  },
  {
    reason: 'the ids of SNIs, and so their order, are made up',
    exchanges: /^(certificates|snis)\//,
    adjust: (body) =>
      isObject(body) && Array.isArray(body.data)
        ? { ...body, data: sorted(without(body.data, /^id$/)) }
        : body,
  },
];

const skipReason = hasRecordings() ? false : `no ${recordingsFolder} beside the project`;

describe(
  'contract - the recorded exchanges with Kong 3.9.3',
  { skip: process.env.CI ? false : skipReason },
  () => {
    let postgres: TestPostgres;
    let standin: TestStandin;
    const exchanges = hasRecordings() ? exchangesOf(replayed) : [];
    const ids = new Map<string, string>();

    before(async () => {
      postgres = await TestPostgres.start();
      standin = await TestStandin.prepare(postgres.port, { KONG_NGINX_WORKER_PROCESSES: '1' });
      await standin.run('migrations', 'bootstrap');
      await standin.start();
    });

    after(async () => {
      await standin[Symbol.asyncDispose]();
      await postgres[Symbol.asyncDispose]();
    });

    test('every folder is replayed, or has a reason', () => {
      assert.deepEqual(recordedFolders().sort(), [...replayed, ...Object.keys(elsewhere)].sort());
    });

    for (const exchange of exchanges) {
      test(`${exchange.name} ${exchange.request.method} ${exchange.request.path}`, async () => {
        const seen = await replay(exchange, standin, ids);
        learn(exchange.response.body, seen.body ?? null, ids);
        const expected = renamed(exchange.response.body, ids);
        assert.equal(seen.status, exchange.response.status, JSON.stringify(seen.body));
        assert.deepEqual(comparable(exchange, seen.body ?? null), comparable(exchange, expected));
      });
    }
  },
);

/** Sends a recorded request; what Kong made up then (ids, keys) is asked for now. */
function replay(
  { request, response }: Exchange,
  standin: TestStandin,
  ids: Map<string, string>,
): Promise<Seen> {
  const { method, headers } = request;
  const body = withMadeUp(request.body, request.method, response);
  const isText = typeof body === 'string';
  return send(standin.admin + renamedText(request.path, ids), {
    method,
    headers: { ...(isText || body === null ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body !== null && { body: isText ? body : JSON.stringify(renamed(body, ids)) }),
  });
}

const madeUp = ['id', 'key', 'secret', 'client_id', 'client_secret'];

/** Only for what is created: a PUT or POST that is answered with the entity. */
function withMadeUp(body: Json, method: string, { status, body: answer }: Exchange['response']): Json {
  const creates = status === 201 || (status === 200 && method === 'PUT');
  if (!creates || !isObject(answer)) return body;
  const extra = madeUp.filter((name) => typeof answer[name] === 'string');
  if (isObject(body))
    return { ...Object.fromEntries(extra.map((name) => [name, answer[name] ?? null])), ...body };
  return typeof body === 'string' ? `${body}&id=${text(answer.id)}` : body;
}

const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const isUuid = (value: Json): value is string =>
  typeof value === 'string' && value.replace(uuid, '') === '' && value !== '';

/** Remembers which id stands for which recorded one. */
function learn(recorded: Json, seen: Json, ids: Map<string, string>): void {
  if (isUuid(recorded) && isUuid(seen)) {
    if (recorded !== seen) ids.set(recorded, seen);
  } else if (isObject(recorded) && isObject(seen) && !('data' in recorded)) {
    for (const [key, value] of Object.entries(recorded)) learn(value, seen[key] ?? null, ids);
  }
}

function renamed(value: Json, ids: Map<string, string>): Json {
  if (value === null) return null;
  return JSON.parse(renamedText(JSON.stringify(value), ids)) as Json;
}

const renamedText = (value: string, ids: Map<string, string>): string =>
  value.replace(uuid, (id) => ids.get(id) ?? id);

function comparable({ name }: Exchange, body: Json): Json {
  return allowances
    .filter(({ exchanges }) => exchanges === undefined || exchanges.test(name))
    .reduce((value, { keys, adjust }) => {
      const adjusted = adjust ? adjust(value) : value;
      return keys ? without(adjusted, keys) : adjusted;
    }, body);
}

function mapObjects(value: Json, map: (object: JsonObject) => JsonObject): Json {
  if (Array.isArray(value)) return value.map((item) => mapObjects(item, map));
  if (!isObject(value)) return value;
  return map(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapObjects(inner, map)])));
}

const without = (body: Json, keys: RegExp): Json =>
  mapObjects(body, (object) => Object.fromEntries(Object.entries(object).filter(([key]) => !keys.test(key))));

function only(body: Json, keys: string[]): Json {
  return isObject(body)
    ? Object.fromEntries(Object.entries(body).filter(([key]) => keys.includes(key)))
    : body;
}

function sorted(body: Json): Json {
  if (isObject(body))
    return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, sorted(value)]));
  if (!Array.isArray(body)) return body;
  return [...body].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function plainSchema(body: Json): Json {
  return mapObjects(body, ({ description, len_min, ...rest }) => ({
    ...rest,
    ...(isObject(description) && { description }),
    ...(len_min !== undefined && len_min !== 1 && { len_min }),
  }));
}

function withoutWording(body: Json): Json {
  return mapObjects(body, (object) => {
    const wording = /(invalid certificate|invalid key|PCRE returned): .*?(?=; key|\)?$)/g;
    return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, shorten(value, wording)]));
  });
}

function shorten(value: Json, wording: RegExp): Json {
  if (Array.isArray(value)) return value.map((item) => shorten(item, wording));
  return typeof value === 'string' ? value.replace(wording, '$1') : value;
}
