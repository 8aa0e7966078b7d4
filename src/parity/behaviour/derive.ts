/** Derives from a configuration what its proxy is to be asked. */
import type { JsonObject } from '../../model/entity.js';
import { groupBy } from '../group.js';
import { secretHasher } from '../secrets.js';
import { addressOf, effectiveConfig, sampleHost } from './routes.js';
import { hostOf, loginKinds } from './request.js';
import type { Address, Balanced, BehaviourRequest, Login, LoginKind } from './request.js';
import { idIn, text, texts } from './state.js';
import type { NeededKind, State } from './state.js';

/** A login that the runner knows because it made it: a canary's. */
export interface KnownLogin {
  readonly consumer: string;
  readonly login: Login;
  /** The path of a route that asks for this kind, where no route of the configuration does. */
  readonly path: string;
}

export interface DeriveOptions {
  readonly state: State;
  readonly known: readonly KnownLogin[];
  /** Username → password, of basic-auth credentials whose passwords somebody has. */
  readonly passwords: ReadonlyMap<string, string>;
  /** The runner's own entities: routes and credentials that are not asked for their own sake. */
  readonly exclude: (entity: JsonObject) => boolean;
  readonly secretKey: string;
  /** Requests of one class; what exceeds them is spread evenly, and the rest is listed as not asked. */
  readonly most: number;
}

interface Context extends DeriveOptions {
  readonly owners: Owners;
}

/** A value that no credential has, the same whenever it is asked. */
const nobody = 'kong-drill-nobody-has-this';

export function deriveRequests(given: DeriveOptions): readonly BehaviourRequest[] {
  const options: Context = { ...given, owners: ownersIn(given.state) };
  const requests = [
    ...options.state.routes.filter((route) => !options.exclude(route)).map(routeRequest),
    ...options.state.snis.filter((sni) => !options.exclude(sni)).map(certificateRequest),
    ...loginKinds.flatMap((kind) => loginRequests(kind, options)),
    ...unknownCredentials(options),
  ];
  const balanced = balancedIn(options.state);
  return distinct(
    [...groupBy(requests, (request) => request.class)].flatMap(([, group]) => atMost(group, options.most)),
  ).map((request) => (request.ask === 'http' ? { ...request, balanced } : request));
}

function balancedIn({ targets }: State): Balanced {
  return new Map(targets.map(({ target, upstream }) => [hostOf(text(target)), text(upstream)]));
}

function routeRequest(route: JsonObject): BehaviourRequest {
  const label = text(route.name) || (texts(route.paths)[0] ?? text(route.id));
  const address = addressOf(route);
  if ('reason' in address)
    return { class: 'routes', name: `route ${label}`, ask: 'nothing', reason: address.reason };
  return { class: 'routes', name: `route ${label}: ${inWords(address)}`, ask: 'http', address };
}

function certificateRequest(sni: JsonObject): BehaviourRequest {
  const serverName = sampleHost(text(sni.name));
  return { class: 'certificates', name: `certificate for ${text(sni.name)}`, ask: 'certificate', serverName };
}

/** Where a kind of credential is asked for. */
interface Door {
  readonly label: string;
  readonly address: Address;
  readonly config: JsonObject;
  readonly groups: boolean;
}

function loginRequests(kind: LoginKind, options: Context): BehaviourRequest[] {
  const { known, state, exclude } = options;
  const canaries = known.filter(({ login }) => login.kind === kind);
  const doors = doorsOf(kind, options);
  const open = doors.find(({ groups }) => !groups) ?? doors[0];
  const credentials = state[kind].filter(
    (credential) => !exclude(credential) && !isOfExcluded(credential, options),
  );
  const path = canaries[0]?.path;
  const fallback = path === undefined ? undefined : doorAt(path);
  return [
    ...doors.flatMap((door) => [absent(kind, door), wrong(kind, door)]),
    ...canaries.map((canary) => right(kind, `canary ${kind}`, canary.login, doorAt(canary.path))),
    ...credentials.flatMap((credential) => {
      const label = credentialLabel(kind, credential, options);
      const login = loginOf(kind, credential, options);
      const door = open ?? fallback;
      if (login === undefined || door === undefined) {
        return [nothing(kind, label, login ? 'no route asks for it' : 'nobody has its secret')];
      }
      const alone = right(kind, label, login, door);
      const presumes = { class: alone.class, name: alone.name };
      const guarded = doors
        .filter(({ groups }) => groups)
        .map((each) => ({ ...right('acls', label, login, each), presumes }));
      return [alone, ...guarded];
    }),
  ];
}

/** The routes of the configuration that ask for this kind, one of each service and set of plugins where there are many. */
function doorsOf(kind: LoginKind, { state, exclude }: DeriveOptions): Door[] {
  const doors = new Map<string, Door>();
  for (const route of state.routes.filter((each) => !exclude(each))) {
    const config = effectiveConfig(route, kind, state);
    const address = addressOf(route);
    if (config === undefined || 'reason' in address) continue;
    const acl = effectiveConfig(route, 'acl', state);
    const others = loginKinds.filter(
      (other) => other !== kind && effectiveConfig(route, other, state) !== undefined,
    );
    if (others.length > 0) continue;
    const alike = JSON.stringify([config, acl ?? null]);
    const label = text(route.name) || address.path;
    if (!doors.has(alike)) doors.set(alike, { label, address, config, groups: acl !== undefined });
  }
  return [...doors.values()];
}

function doorAt(path: string): Door {
  const address: Address = { scheme: 'http', method: 'GET', host: 'kong-drill.invalid', path, headers: {} };
  return { label: path, address, config: {}, groups: false };
}

function right(
  className: string,
  label: string,
  login: Login,
  { address, config, label: route }: Door,
): BehaviourRequest {
  return { class: className, name: `${label} on ${route}`, ask: 'http', address, login, config };
}

function absent(kind: LoginKind, { label, address }: Door): BehaviourRequest {
  return { class: kind, name: `no ${kind} on ${label}`, ask: 'http', address };
}

function wrong(kind: LoginKind, { label, address, config }: Door): BehaviourRequest {
  const login: Login =
    kind === 'key-auth' || kind === 'jwt'
      ? { kind, key: nobody, secret: nobody }
      : { kind, username: nobody, password: nobody, secret: nobody };
  return { class: kind, name: `${kind} that nobody has on ${label}`, ask: 'http', address, login, config };
}

function nothing(className: string, name: string, reason: string): BehaviourRequest {
  return { class: className, name, ask: 'nothing', reason, credential: true };
}

function loginOf(kind: LoginKind, credential: JsonObject, { passwords }: DeriveOptions): Login | undefined {
  const [username, key, secret] = [text(credential.username), text(credential.key), text(credential.secret)];
  switch (kind) {
    case 'key-auth':
      return { kind, key };
    case 'basic-auth': {
      const password = passwords.get(username);
      return password === undefined ? undefined : { kind, username, password };
    }
    case 'hmac-auth':
      return { kind, username, secret };
    case 'jwt': {
      const algorithm = text(credential.algorithm) || 'HS256';
      return algorithm.startsWith('HS') ? { kind, key, secret, algorithm } : undefined;
    }
  }
}

/** Kinds that take more than a header to try. */
function unknownCredentials(options: Context): BehaviourRequest[] {
  return options.state.oauth2
    .filter((credential) => !options.exclude(credential) && !isOfExcluded(credential, options))
    .map((credential) => {
      const label = credentialLabel('oauth2', credential, options);
      return nothing('oauth2', label, 'the flow of oauth2 is not tried');
    });
}

/** The kind, whose it is, and the end of a keyed hash: enough to find it, too little to use it. */
export function credentialLabel(
  kind: NeededKind,
  credential: JsonObject,
  { owners, secretKey }: Pick<Context, 'owners' | 'secretKey'>,
): string {
  const key = text(credential.key);
  const hashed = key === '' ? '' : `…${secretHasher(secretKey).hash(key).slice(-8)}`;
  const which = hashed || text(credential.username) || text(credential.client_id);
  return `${kind} ${which} of ${ownerName(credential, owners)}`;
}

/** Consumers by id. */
export type Owners = ReadonlyMap<string, JsonObject>;

export function ownersIn({ consumers }: State): Owners {
  return new Map(consumers.map((consumer) => [text(consumer.id), consumer]));
}

export function ownerName(credential: JsonObject, owners: Owners): string {
  const id = idIn(credential.consumer) ?? '';
  const consumer = owners.get(id);
  return text(consumer?.username) || text(consumer?.custom_id) || id;
}

function isOfExcluded(credential: JsonObject, { owners, exclude }: Context): boolean {
  const consumer = owners.get(idIn(credential.consumer) ?? '');
  return consumer !== undefined && exclude(consumer);
}

function inWords({ scheme, method, host, path }: Address): string {
  return `${method} ${scheme}://${host}${path}`;
}

function atMost(requests: readonly BehaviourRequest[], most: number): BehaviourRequest[] {
  const every = Math.max(1, Math.ceil(requests.length / most));
  return requests.map((request, index) =>
    index % every === 0 || request.ask === 'nothing'
      ? request
      : {
          class: request.class,
          name: request.name,
          ask: 'nothing',
          reason: `beyond the ${most} asked of a class`,
        },
  );
}

/** Of requests with one name, the first. */
function distinct(requests: readonly BehaviourRequest[]): BehaviourRequest[] {
  return [...groupBy(requests, (request) => `${request.class} ${request.name}`).values()].flatMap((each) =>
    each.slice(0, 1),
  );
}
