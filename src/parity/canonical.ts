/**
 * The one canonical form of an entity, whoever read it: no nulls, sets sorted, secrets hashed, deprecated spellings gone,
 * a time to live as the moment of expiry.
 */
import { isObject } from '../model/entity.js';
import type { Entity, Json, JsonObject } from '../model/entity.js';
import { canonicalJson, isList } from './json.js';
import type { Kind } from './kind.js';
import { configAliases, configSets, isSecretField, isSecretText } from './plugin-config.js';
import type { SecretHasher } from './secrets.js';

export interface CanonicalContext {
  readonly hasher: SecretHasher;
  /** Seconds since the epoch, when the entity was read: a `ttl` counts from there. */
  readonly nowS: number;
  /** Keeps one of each value that entities have in common: most of a large configuration is alike. */
  readonly shared: Map<string, Json>;
}

export function canonicalContext(hasher: SecretHasher, nowS: number): CanonicalContext {
  return { hasher, nowS, shared: new Map() };
}

const sharedLimit = 20_000;

/** @param raw the entity as Kong, Postgres or a decK file has it. */
export function canonicalEntity(
  raw: JsonObject,
  kind: Kind,
  workspace: string,
  context: CanonicalContext,
): Entity {
  const fields: Record<string, Json> = {};
  const source = isObject(raw.config) ? { ...raw, config: withoutAliases(raw.name, raw.config) } : raw;
  for (const [name, value] of Object.entries(source)) {
    if (value === null || name === 'id' || name === 'ws_id' || kind.derived.includes(name)) continue;
    if (name === 'ttl' && kind.expires && typeof value === 'number') {
      fields.expires_at = context.nowS + value;
      continue;
    }
    const kept = canonicalField(name, value, { kind, context, plugin: raw.name });
    if (kept !== undefined) fields[name] = kept;
  }
  return { kind: kind.name, id: idOf(raw, kind), workspace: kind.global ? '' : workspace, fields };
}

interface Place {
  readonly kind: Kind;
  readonly context: CanonicalContext;
  readonly plugin: Json | undefined;
}

function canonicalField(name: string, value: Json, place: Place): Json | undefined {
  if (typeof value !== 'object') {
    return typeof value === 'string'
      ? canonicalText(value, name, place, isOwnSecret(name, place.kind))
      : value;
  }
  if (name === 'tags' && isList(value) && value.length === 0) return undefined;
  const reference = isObject(value) ? referenceIn(value) : undefined;
  if (reference !== undefined) return shared(reference, () => ({ id: reference }), place.context);
  const kept = canonicalValue(value, name, place, isOwnSecret(name, place.kind));
  return kept === undefined ? undefined : shared(JSON.stringify(kept), () => kept, place.context);
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
  return typeof plugin === 'string' && (configSets[plugin]?.includes(path) ?? false);
}

function sorted(items: readonly Json[]): readonly Json[] {
  return items
    .map((item) => ({ item, text: canonicalJson(item) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ item }) => item);
}

function shared(key: string, make: () => Json, { shared: values }: CanonicalContext): Json {
  const known = values.get(key);
  if (known !== undefined) return known;
  const value = make();
  if (values.size < sharedLimit) values.set(key, value);
  return value;
}

/** The id in `{ id }`, which is how Kong writes a foreign key. */
function referenceIn(value: JsonObject): string | undefined {
  const { id } = value;
  return typeof id === 'string' && Object.keys(value).length === 1 ? id : undefined;
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
function withoutAliases(plugin: Json | undefined, config: JsonObject): JsonObject {
  const aliases = typeof plugin === 'string' ? configAliases[plugin] : undefined;
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
