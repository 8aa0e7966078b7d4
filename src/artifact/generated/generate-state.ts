/**
 * A made-up configuration of believable shape, as the requests that make it; the same for the same numbers, to the id.
 *
 *   certificates, upstreams, services, consumers → server names, targets, routes, logins, groups → plugins
 */
import { amountsOf, pluginKinds } from '../../model/generate.js';
import type { Amounts } from '../../model/generate.js';
import type { Generate } from '../../model/drill-recovery.js';
import type { Json, JsonObject } from '../../model/entity.js';
import { certificateFor } from './certificate.js';
import { chooserOf } from './chooser.js';
import type { Chooser } from './chooser.js';
import { groups, pluginOfRoute, pluginOfService } from './plugins.js';

/** One entity, made by `PUT` of its path; where Kong knows no such path (targets), by `POST` of a body with its id. */
export interface GeneratedEntity {
  readonly method: 'PUT' | 'POST';
  readonly path: string;
  readonly body: JsonObject;
}

export interface GeneratedState {
  /** Each level needs only those before it. */
  readonly levels: readonly (readonly GeneratedEntity[])[];
  /** Username → password of the basic-auth credentials. */
  readonly passwords: ReadonlyMap<string, string>;
}

interface Making {
  readonly amounts: Amounts;
  readonly choose: Chooser;
}

const teams = ['catalogue', 'checkout', 'search', 'partners', 'identity', 'logistics'] as const;
const nouns = ['items', 'orders', 'prices', 'stock', 'reviews', 'carts', 'invoices', 'labels'] as const;

export function generateState(generate: Generate): GeneratedState {
  const making = { amounts: amountsOf(generate), choose: chooserOf(generate.seed) };
  const { certificates, upstreams, services, consumers, routes } = making.amounts;
  const logins = each(consumers, (n) => loginOf(n, making));
  return {
    levels: [
      [
        ...each(certificates, (n) => certificateOf(n, making)),
        ...each(upstreams, (n) => upstreamOf(n, making)),
        ...each(services, (n) => serviceOf(n, making)),
        ...each(consumers, (n) => consumerOf(n, making)),
      ],
      [
        ...each(certificates, (n) => serverNameOf(n, making)),
        ...each(upstreams, (n) => targetsOf(n, making)).flat(),
        ...each(routes, (n) => routeOf(n, making)),
        ...logins,
        ...each(consumers, (n) => groupOf(n, making)),
      ],
      pluginsOf(making),
    ],
    passwords: new Map(
      logins.flatMap(({ body }) =>
        typeof body.username === 'string' && typeof body.password === 'string'
          ? [[body.username, body.password] as const]
          : [],
      ),
    ),
  };
}

function each<T>(amount: number, make: (n: number) => T): readonly T[] {
  return Array.from({ length: amount }, (_, n) => make(n));
}

function certificateOf(n: number, { choose }: Making): GeneratedEntity {
  const id = choose.uuid(`certificate ${n}`);
  const pair = certificateFor(hostOf(n), choose.bytes(`key of certificate ${n}`));
  return { method: 'PUT', path: `/certificates/${id}`, body: { ...pair, tags: ['generated'] } };
}

function serverNameOf(n: number, { choose }: Making): GeneratedEntity {
  const certificate = { id: choose.uuid(`certificate ${n}`) };
  return { method: 'PUT', path: `/snis/${choose.uuid(`sni ${n}`)}`, body: { name: hostOf(n), certificate } };
}

function hostOf(n: number): string {
  return `shop-${n + 1}.example`;
}

const balancing: readonly [JsonObject, ...JsonObject[]] = [
  { algorithm: 'round-robin' },
  { algorithm: 'least-connections' },
  { algorithm: 'consistent-hashing', hash_on: 'header', hash_on_header: 'X-Session' },
];

function upstreamOf(n: number, { choose }: Making): GeneratedEntity {
  const body = { name: upstreamName(n), ...choose.pick(`balancing ${n}`, balancing), tags: ['generated'] };
  return { method: 'PUT', path: `/upstreams/${choose.uuid(`upstream ${n}`)}`, body };
}

function upstreamName(n: number): string {
  return `pool-${n + 1}.upstream`;
}

function targetsOf(n: number, { choose }: Making): readonly GeneratedEntity[] {
  const upstream = choose.uuid(`upstream ${n}`);
  return each(2 + choose.number(`targets ${n}`, 3), (k) => ({
    method: 'POST',
    path: `/upstreams/${upstream}/targets`,
    body: {
      id: choose.uuid(`target ${n} ${k}`),
      target: `node-${n + 1}-${k + 1}.shop.internal:8080`,
      weight: 100,
    },
  }));
}

function serviceName(n: number, { choose }: Making): string {
  return `${choose.pick(`team ${n}`, teams)}-${choose.pick(`noun ${n}`, nouns)}-${n + 1}`;
}

function serviceOf(n: number, making: Making): GeneratedEntity {
  const { amounts, choose } = making;
  const name = serviceName(n, making);
  // The first services share out the upstreams; the others have a host of their own.
  const host = n < amounts.upstreams ? upstreamName(n) : `${name}.shop.internal`;
  const body = {
    name,
    host,
    port: 8080,
    protocol: 'http',
    retries: choose.number(`retries ${n}`, 6),
    read_timeout: 5_000 * (1 + choose.number(`read timeout ${n}`, 12)),
    tags: ['generated', choose.pick(`team ${n}`, teams)],
  };
  return { method: 'PUT', path: `/services/${choose.uuid(`service ${n}`)}`, body };
}

const shapes: readonly [JsonObject, ...JsonObject[]] = [
  {},
  { methods: ['GET', 'HEAD'] },
  { methods: ['GET', 'POST', 'PUT', 'DELETE'] },
  { strip_path: false },
  { hosts: ['shop.example'] },
  { headers: { 'x-api-version': ['2'] } },
];

function routeOf(n: number, making: Making): GeneratedEntity {
  const { amounts, choose } = making;
  const owner = amounts.services === 0 ? undefined : n % amounts.services;
  const about = owner === undefined ? 'static' : serviceName(owner, making);
  const isPattern = choose.number(`pattern ${n}`, 5) === 0;
  const path = `/${about}/${n + 1}`;
  const body: Record<string, Json> = {
    name: `${about}-route-${n + 1}`,
    paths: [isPattern ? `~${path}/[0-9]+$` : path],
    ...choose.pick(`shape ${n}`, shapes),
    tags: ['generated'],
  };
  if (owner !== undefined) body.service = { id: choose.uuid(`service ${owner}`) };
  return { method: 'PUT', path: `/routes/${choose.uuid(`route ${n}`)}`, body };
}

function consumerOf(n: number, { choose }: Making): GeneratedEntity {
  const body = {
    username: consumerName(n),
    custom_id: `crm-${choose.hex(`custom ${n}`, 10)}`,
    tags: ['generated'],
  };
  return { method: 'PUT', path: `/consumers/${choose.uuid(`consumer ${n}`)}`, body };
}

function consumerName(n: number): string {
  return `app-${n + 1}`;
}

/** Every kind of login that OSS has a plugin for and a caller can show, in turn. */
const logins: readonly ((n: number, choose: Chooser) => readonly [kind: string, body: JsonObject])[] = [
  (n, choose) => ['key-auth', { key: choose.hex(`key ${n}`, 32) }],
  (n, choose) => [
    'basic-auth',
    { username: consumerName(n), password: `${choose.hex(`password ${n}`, 12)} äß` },
  ],
  (n, choose) => ['hmac-auth', { username: consumerName(n), secret: choose.hex(`secret ${n}`, 40) }],
  (n, choose) => [
    'jwt',
    { key: `issuer-${n + 1}`, secret: choose.hex(`secret ${n}`, 40), algorithm: 'HS256' },
  ],
];

function loginOf(n: number, { choose }: Making): GeneratedEntity {
  const [kind, body] = logins[n % logins.length]?.(n, choose) ?? ['key-auth', {}];
  const consumer = choose.uuid(`consumer ${n}`);
  return { method: 'PUT', path: `/consumers/${consumer}/${kind}/${choose.uuid(`login ${n}`)}`, body };
}

function groupOf(n: number, { choose }: Making): GeneratedEntity {
  const consumer = choose.uuid(`consumer ${n}`);
  const body = { group: choose.pick(`group ${n}`, groups) };
  return { method: 'PUT', path: `/consumers/${consumer}/acls/${choose.uuid(`membership ${n}`)}`, body };
}

/** Round after round each service gets one more, then each route. */
function pluginsOf({ amounts, choose }: Making): readonly GeneratedEntity[] {
  const { services, routes, plugins } = amounts;
  const ofServices = Math.min(plugins, services * pluginKinds.service);
  const plugin = (n: number, body: JsonObject): GeneratedEntity => ({
    method: 'PUT',
    path: `/plugins/${choose.uuid(`plugin ${n}`)}`,
    body: { ...body, tags: ['generated'] },
  });
  return [
    ...each(ofServices, (n) => {
      const service = { id: choose.uuid(`service ${n % services}`) };
      return plugin(n, { ...pluginOfService(n % services, Math.floor(n / services)), service });
    }),
    ...each(plugins - ofServices, (n) => {
      const route = { id: choose.uuid(`route ${n % routes}`) };
      return plugin(ofServices + n, { ...pluginOfRoute(n % routes, Math.floor(n / routes)), route });
    }),
  ];
}
