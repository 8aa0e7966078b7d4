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
export type State = Readonly<Record<NeededKind, readonly JsonObject[]>>;

/** @throws where a kind that Kong offers cannot be read; the signal's reason. */
export async function readState(admin: AdminApi, signal: AbortSignal | undefined): Promise<State> {
  const lists = await Promise.all(
    needed.map(async (name) => [name, await readAll(admin, name, signal)] as const),
  );
  return Object.fromEntries(lists) as Record<NeededKind, JsonObject[]>;
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

async function readAll(
  admin: AdminApi,
  name: NeededKind,
  signal: AbortSignal | undefined,
): Promise<JsonObject[]> {
  const { admin: access } = kindNamed(name);
  const found: JsonObject[] = [];
  try {
    for await (const page of admin.list(access?.path ?? `/${name}`, signal ? { signal } : {}))
      found.push(...page);
  } catch (error) {
    if (error instanceof AdminRefused && error.status === 404) return [];
    throw error;
  }
  return found;
}
