/** The part of a configuration that decides what the proxy answers, read raw: credentials are needed as they are. */
import type { Json, JsonObject } from '../../model/entity.js';
import { AdminRefused } from '../../system/admin-api.js';
import type { AdminApi } from '../../system/admin-api.js';
import { isList } from '../json.js';
import { kindNamed } from '../kinds.js';

const needed = [
  'routes',
  'services',
  'plugins',
  'consumers',
  'key-auth',
  'basic-auth',
  'hmac-auth',
  'jwt',
  'oauth2',
  'acls',
  'snis',
] as const;

export type NeededKind = (typeof needed)[number];
/** `targets`: those of upstreams that have a choice. */
export type State = Readonly<Record<NeededKind | 'targets', readonly JsonObject[]>>;

/** @throws where a kind that Kong offers cannot be read; the signal's reason. */
export async function readState(admin: AdminApi, signal: AbortSignal | undefined): Promise<State> {
  const lists = await Promise.all(
    needed.map(async (name) => [name, await readAll(admin, name, signal)] as const),
  );
  const targets = await readTargets(admin, signal);
  return { ...(Object.fromEntries(lists) as Record<NeededKind, JsonObject[]>), targets };
}

export function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function texts(value: Json | undefined): readonly string[] {
  return isList(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The id that a foreign key names. */
export function idIn(value: Json | undefined): string | undefined {
  return typeof value === 'object' && value !== null && 'id' in value ? text(value.id) : undefined;
}

/** Each with the name of its upstream. */
async function readTargets(admin: AdminApi, signal: AbortSignal | undefined): Promise<JsonObject[]> {
  const upstreams = await listAll(admin, '/upstreams', signal);
  const targets = await Promise.all(
    upstreams.map(async ({ id, name = null }) => {
      const own = await listAll(admin, `/upstreams/${text(id)}/targets`, signal);
      return own.length > 1 ? own.map(({ target = null }) => ({ target, upstream: name })) : [];
    }),
  );
  return targets.flat();
}

function readAll(admin: AdminApi, name: NeededKind, signal: AbortSignal | undefined): Promise<JsonObject[]> {
  return listAll(admin, kindNamed(name).admin?.path ?? `/${name}`, signal);
}

async function listAll(
  admin: AdminApi,
  path: string,
  signal: AbortSignal | undefined,
): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  try {
    for await (const page of admin.list(path, signal ? { signal } : {})) found.push(...page);
  } catch (error) {
    if (error instanceof AdminRefused && error.status === 404) return [];
    throw error;
  }
  return found;
}
