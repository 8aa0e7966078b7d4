/**
 * What the runner adds to Kong in order to measure it: routes to the echo, consumers whose credentials it knows, and
 * entities for the ledger. Made before the backup, so that a recovery that brings everything back brings them back too.
 * Everything carries the run's mark, in its name and as a tag: parity leaves out exactly these.
 */
import type { DrillError } from '../model/drill-error.js';
import { isObject } from '../model/entity.js';
import type { Entity, Json, JsonObject } from '../model/entity.js';
import { defaultWorkspace } from '../model/plan.js';
import type { AdminAnswer, AdminApi } from '../system/admin-api.js';
import { randomHex, randomId } from '../system/random.js';
import { credentialKinds } from './credentials.js';
import { refusedWrite } from './refused-write.js';
import type { Credential, CredentialKind } from './credentials.js';

/** A consumer of the runner's own with one credential, whose secret is known. */
export interface Canary {
  readonly consumer: string;
  readonly credential: Credential;
}

export interface Instruments {
  readonly runId: string;
  /** `kd-<run id>`: every name and key of an instrument begins with it, and every instrument has it as a tag. */
  readonly mark: string;
  readonly ids: ReadonlySet<string>;
  /** Paths on the proxy, by route class. */
  readonly paths: Readonly<Record<RouteClass, string>>;
  /** Classes whose plugin this Kong has. */
  readonly kinds: readonly CredentialKind[];
  readonly canaries: readonly Canary[];
  /** The consumer of the config probe's credentials. */
  readonly configConsumer: string;
  /** Owns keys that are taken away, or added, between the backup and the failure. */
  readonly holder: string;
  /** Where the ledger makes its changes; the instruments themselves are in the default one. */
  readonly workspaces: readonly string[];
  /** Keys that the backup holds, and that are deleted before the failure (`prime`). */
  readonly doomedKeys: readonly string[];
  readonly parts: readonly Part[];
}

export type RouteClass = 'open' | CredentialKind | 'uncached' | 'config';

/** One entity, as it is made. */
export interface Part {
  readonly kind: string;
  readonly path: string;
  readonly body: JsonObject & { readonly id: string };
  /** The credential kind that it serves; left out where this Kong does not have the plugin. */
  readonly serves?: CredentialKind;
}

export interface InstrumentTarget {
  readonly admin: AdminApi;
  readonly runId: string;
  /** The upstream, as Kong reaches it. */
  readonly echo: { readonly host: string; readonly port: number };
  /** By default the default one. */
  readonly workspaces?: readonly string[];
  readonly signal?: AbortSignal;
}

const doomedKeysCount = 2;

/**
 * Makes all instruments. Nothing else of Kong is touched.
 * @throws DrillError `engine` where Kong refuses one, with its answer.
 */
export async function installInstruments(target: InstrumentTarget): Promise<Instruments> {
  const drawn = drawInstruments(target);
  const limits = target.signal ? { signal: target.signal } : {};
  const missing = new Set<CredentialKind>();
  const made: Part[] = [];
  for (const part of drawn.parts) {
    if (part.serves && missing.has(part.serves)) continue;
    const answer = await target.admin.call('POST', part.path, part.body, limits);
    if (answer.ok) made.push(part);
    else if (part.kind === 'plugins' && part.serves && answer.status === 400) missing.add(part.serves);
    else throw refused(part, answer);
  }
  const kinds = credentialKinds.filter((kind) => !missing.has(kind));
  return {
    ...drawn,
    kinds,
    canaries: drawn.canaries.filter(({ credential }) => kinds.includes(credential.kind)),
    parts: made,
  };
}

/**
 * Puts back the instruments that an artifact could not hold; what is there stays as it is, and so do the keys that were
 * taken away on purpose. Routes only where Kong was started anew, or the recovery wrote some itself: that clears stale routers.
 * @returns the names of what was put back.
 * @throws DrillError `engine` where Kong refuses one.
 */
export async function putBackInstruments(
  admin: AdminApi,
  instruments: Instruments,
  may: (part: Part) => boolean = () => true,
): Promise<readonly string[]> {
  const back: string[] = [];
  for (const part of instruments.parts.filter(may)) {
    const { key } = part.body;
    if (typeof key === 'string' && instruments.doomedKeys.includes(key)) continue;
    const answer = await admin.call('POST', part.path, part.body);
    if (answer.ok) back.push(`${part.kind} ${part.path}`);
    else if (!isThere(answer)) throw refused(part, answer);
  }
  return back;
}

/** The test by which parity and read-back know the runner's own entities: by id, tag, or natural key. Pure. */
export function isInstrument(
  entity: Pick<Entity, 'id' | 'fields'>,
  { mark, ids }: Pick<Instruments, 'mark' | 'ids'>,
): boolean {
  const { tags } = entity.fields;
  if (ids.has(entity.id) || (Array.isArray(tags) && tags.includes(mark))) return true;
  return naturalKeys.some((field) => belongsTo(entity.fields[field], mark));
}

/** The same for an entity as the Admin API gives it. */
export function isInstrumentBody(body: JsonObject, instruments: Pick<Instruments, 'mark' | 'ids'>): boolean {
  return isInstrument({ id: typeof body.id === 'string' ? body.id : '', fields: body }, instruments);
}

/** The mark of a run, without its instruments at hand. */
export function markOf(runId: string): string {
  return `kd-${runId}`;
}

const naturalKeys = ['name', 'username', 'custom_id', 'instance_name', 'key'];

/** Whether a name or key is one of the runner's own. */
export function belongsTo(value: Json | undefined, mark: string): boolean {
  return typeof value === 'string' && (value === mark || value.startsWith(`${mark}-`));
}

function drawInstruments({
  runId,
  echo,
  workspaces = [defaultWorkspace],
}: InstrumentTarget): Omit<Instruments, 'kinds'> {
  const mark = markOf(runId);
  const tags = [mark];
  const part = (kind: string, path: string, fields: JsonObject, serves?: CredentialKind): Part => ({
    kind,
    path,
    body: { id: randomId(), tags, ...fields },
    ...(serves ? { serves } : {}),
  });
  const consumer = (username: string) => part('consumers', '/consumers', { username });
  const canaries = credentialKinds.map((kind) => ({
    consumer: `${mark}-canary-${kind}`,
    credential: newCredential(kind, mark),
  }));
  const holder = `${mark}-holder`;
  const configConsumer = `${mark}-config`;
  const doomedKeys = Array.from({ length: doomedKeysCount }, () => `${mark}-doomed-${randomHex(8)}`);
  const parts = [
    part('services', '/services', {
      name: mark,
      protocol: 'http',
      host: echo.host,
      port: echo.port,
      path: '/',
    }),
    ...routeClasses.flatMap(({ name, plugin }) => [
      part('routes', `/services/${mark}/routes`, { name: `${mark}-${name}`, paths: [`/${mark}/${name}`] }),
      ...(plugin ? [part('plugins', `/routes/${mark}-${name}/plugins`, { name: plugin }, plugin)] : []),
    ]),
    ...canaries.flatMap((canary) => [
      consumer(canary.consumer),
      part(...credentialPart(canary), canary.credential.kind),
    ]),
    consumer(configConsumer),
    consumer(holder),
    ...doomedKeys.map((key) => part('key-auths', `/consumers/${holder}/key-auth`, { key })),
  ];
  const ids = new Set(parts.map(({ body }) => body.id));
  const paths = pathsOf(mark);
  return { runId, mark, ids, paths, canaries, configConsumer, holder, workspaces, doomedKeys, parts };
}

const routeClasses: readonly { readonly name: RouteClass; readonly plugin?: CredentialKind }[] = [
  { name: 'open' },
  ...credentialKinds.map((kind) => ({ name: kind, plugin: kind })),
  { name: 'uncached', plugin: 'key-auth' },
  { name: 'config', plugin: 'key-auth' },
];

function pathsOf(mark: string): Instruments['paths'] {
  const path = (name: RouteClass) => `/${mark}/${name}`;
  return {
    open: path('open'),
    'key-auth': path('key-auth'),
    'basic-auth': path('basic-auth'),
    'hmac-auth': path('hmac-auth'),
    jwt: path('jwt'),
    uncached: path('uncached'),
    config: path('config'),
  };
}

function newCredential(kind: CredentialKind, mark: string): Credential {
  const name = `${mark}-${kind}-${randomHex(4)}`;
  switch (kind) {
    case 'key-auth':
      return { kind, key: `${mark}-canary-${randomHex()}` };
    case 'basic-auth':
      return { kind, username: name, password: randomHex() };
    case 'hmac-auth':
      return { kind, username: name, secret: randomHex() };
    case 'jwt':
      return { kind, key: name, secret: randomHex() };
  }
}

function credentialPart({ consumer, credential }: Canary): [kind: string, path: string, fields: JsonObject] {
  const { kind, ...fields } = credential;
  const collection = {
    'key-auth': 'key-auths',
    'basic-auth': 'basic-auths',
    'hmac-auth': 'hmac-auths',
    jwt: 'jwts',
  };
  const algorithm: JsonObject = kind === 'jwt' ? { algorithm: 'HS256' } : {};
  return [collection[kind], `/consumers/${consumer}/${kind}`, { ...fields, ...algorithm }];
}

/** Kong answers 409 to a natural key, and 400 with code 3 to an id, that is taken. */
function isThere({ status, body }: AdminAnswer): boolean {
  return status === 409 || (status === 400 && isObject(body) && body.code === 3);
}

function refused(part: Part, answer: { readonly status: number; readonly text: string }): DrillError {
  return refusedWrite(`POST ${part.path} for an instrument of the runner: expected 201,`, answer);
}
