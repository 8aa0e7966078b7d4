/**
 * The one canonical form of an entity, whoever read it: no nulls, sets sorted, secrets hashed, deprecated spellings gone,
 * a time to live as the moment of expiry.
 */
import { isObject } from '../model/entity.js';
import type { Entity, Json, JsonObject } from '../model/entity.js';
import { canonicalJson, isList } from './json.js';
import type { Kind } from './kind.js';
import { Memos } from './memo.js';
import type { Memo } from './memo.js';
import { configAliases, configSets, isSecretField, isSecretText } from './plugin-config.js';
import type { SecretHasher } from './secrets.js';

export interface CanonicalContext {
  readonly hasher: SecretHasher;
  /** Seconds since the epoch, when the entity was read: a `ttl` counts from there. */
  readonly nowS: number;
  readonly memos: Memos;
}

export function canonicalContext(hasher: SecretHasher, nowS: number): CanonicalContext {
  return { hasher, nowS, memos: new Memos() };
}

/** @param raw the entity as Kong, Postgres or a decK file has it. */
export function canonicalEntity(
  raw: JsonObject,
  kind: Kind,
  workspace: string,
  context: CanonicalContext,
): Entity {
  const fields: Record<string, Json> = {};
  const plugin = isObject(raw.config) && typeof raw.name === 'string' ? raw.name : undefined;
  const place: Place = { kind, context, plugin, memo: context.memos.of(`${kind.name} ${plugin ?? ''}`) };
  for (const name of Object.keys(raw)) {
    const value = raw[name] ?? null;
    if (value === null || name === 'id' || name === 'ws_id' || kind.derived.includes(name)) continue;
    if (name === 'ttl' && kind.expires && typeof value === 'number') {
      fields.expires_at = context.nowS + value;
      continue;
    }
    const kept = canonicalField(name, value, place);
    if (kept !== undefined) fields[name] = kept;
  }
  return { kind: kind.name, id: idOf(raw, kind), workspace: kind.global ? '' : workspace, fields };
}

interface Place {
  readonly kind: Kind;
  readonly context: CanonicalContext;
  /** The plugin whose configuration it is. */
  readonly plugin: string | undefined;
  /** For each field at the top. */
  readonly memo: (field: string) => Memo;
}

function canonicalField(name: string, value: Json, place: Place): Json | undefined {
  if (typeof value !== 'object') {
    return typeof value === 'string'
      ? canonicalText(value, name, place, isOwnSecret(name, place.kind))
      : value;
  }
  if (name === 'tags' && isList(value) && value.length === 0) return undefined;
  if (isObject(value) && isReference(value)) return value;
  return place.memo(name).of(value, () => {
    const told = name === 'config' && isObject(value) ? withoutAliases(place.plugin, value) : value;
    return canonicalValue(told, name, place, isOwnSecret(name, place.kind));
  });
}

function canonicalValue(value: Json, path: string, place: Place, secret: boolean): Json | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') return canonicalText(value, path, place, secret);
  if (typeof value !== 'object') return value;
  if (isList(value)) {
    const items = value.map((item) =>
      item === null ? null : (canonicalValue(item, path, place, secret) ?? null),
    );
    return isSet(path, place) ? sorted(items) : items;
  }
  const entries = Object.entries(value as JsonObject);
  const kept: Record<string, Json> = {};
  let empty = entries.length > 0;
  for (const [key, member] of entries) {
    const below = `${path}.${key}`;
    const canonical = canonicalValue(
      member,
      below,
      place,
      secret || isOwnSecret(below, place.kind) || isSecretField(key),
    );
    if (canonical === undefined) continue;
    kept[key] = canonical;
    empty = false;
  }
  return empty ? undefined : kept;
}

function canonicalText(text: string, path: string, { context, kind }: Place, secret: boolean): string {
  const trimmed = text.startsWith('-----BEGIN') ? text.replaceAll('\r\n', '\n').trimEnd() : text;
  return secret || (isSecretText(trimmed) && !kind.keys.some(([first]) => first === path))
    ? context.hasher.hash(trimmed)
    : trimmed;
}

function isOwnSecret(path: string, kind: Kind): boolean {
  return kind.secrets.includes(path) || (kind.secretsByName && isSecretField(path));
}

function isSet(path: string, { kind, plugin }: Place): boolean {
  if (path === 'tags' || kind.sets.includes(path)) return true;
  return plugin !== undefined && (configSets.get(plugin)?.includes(path) ?? false);
}

function sorted(items: readonly Json[]): readonly Json[] {
  if (items.length < 2) return items;
  return items
    .map((item) => ({ item, text: canonicalJson(item) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ item }) => item);
}

/** Whether it is `{ id }`, which is how Kong writes a foreign key. */
function isReference(value: JsonObject): boolean {
  return typeof value.id === 'string' && Object.keys(value).length === 1;
}

/** The id; where a relation has none, what it relates. */
function idOf(raw: JsonObject, kind: Kind): string {
  if (typeof raw.id === 'string') return raw.id;
  const [key] = kind.keys;
  return (key ?? Object.keys(raw).sort())
    .map((field) => raw[field] ?? null)
    .map((value) => (isObject(value) && typeof value.id === 'string' ? value.id : textOf(value)))
    .join('/');
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}

/** Moves what stands under a deprecated spelling to its real field, unless that is there. */
function withoutAliases(plugin: string | undefined, config: JsonObject): JsonObject {
  const aliases = plugin === undefined ? undefined : configAliases.get(plugin);
  if (aliases === undefined) return config;
  const copy = structuredClone(config) as Record<string, Json>;
  for (const [alias, field] of Object.entries(aliases)) {
    const value = take(copy, alias.split('.').slice(1));
    if (value !== undefined && value !== null) giveWhereAbsent(copy, field.split('.').slice(1), value);
  }
  return copy;
}

function take(object: Record<string, Json>, path: readonly string[]): Json | undefined {
  const holder = path
    .slice(0, -1)
    .reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), object);
  const last = path.at(-1);
  if (!isObject(holder) || last === undefined || !(last in holder)) return undefined;
  const value = holder[last];
  Reflect.deleteProperty(holder, last);
  return value;
}

function giveWhereAbsent(object: Record<string, Json>, path: readonly string[], value: Json): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  const there = object[key] ?? null;
  if (rest.length === 0) object[key] = there ?? value;
  else {
    const below = isObject(there) ? { ...there } : {};
    giveWhereAbsent(below, rest, value);
    object[key] = below;
  }
}
