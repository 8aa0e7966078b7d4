/**
 * Reads decK files as a snapshot.
 *
 *   YAML → sections and what is nested in them (by the table of kinds) → names resolved to ids → canonical entities
 *
 * An entity without an id gets one that only this snapshot knows; a value that decK would take from the environment is left out.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { DrillError, messageOf } from '../model/drill-error.js';
import { isObject } from '../model/entity.js';
import type { Entity, Json, JsonObject, Snapshot } from '../model/entity.js';
import { canonicalEntity } from './canonical.js';
import { resolveNames } from './deck-names.js';
import type { Raw } from './deck-names.js';
import { syntheticPrefix } from './diff-sides.js';
import { isList } from './json.js';
import { genericKind } from './kind.js';
import type { Kind } from './kind.js';
import { kinds } from './kinds.js';
import { beginReading, finishReading } from './snapshot.js';
import type { ReadOptions } from './snapshot.js';

/**
 * @param paths decK files, or folders of them; each file has one workspace.
 * @throws DrillError `usage` where a path is not there or is not a decK file.
 */
export async function readDeckFiles(paths: readonly string[], options: ReadOptions): Promise<Snapshot> {
  const reading = beginReading(options);
  const found: Raw[] = [];
  for (const file of await filesIn(paths)) found.push(...flatten(await parseFile(file)));
  for (const raw of resolveNames(found)) {
    const entity: Entity = canonicalEntity(raw.fields, raw.kind, raw.workspace, reading.canonical);
    reading.entities.push(entity);
  }
  return finishReading('deck-file', reading);
}

async function filesIn(paths: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    paths.map(async (path) => {
      const there = await stat(path).catch(() => undefined);
      if (there === undefined) throw notDeck(path, 'nothing');
      if (!there.isDirectory()) return [path];
      const files = await deckFilesIn(path);
      if (files.length === 0) throw notDeck(path, 'a folder without any');
      return files;
    }),
  );
  return lists.flat();
}

/** The files that decK reads of a folder, and of those within it. */
export async function deckFilesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  const wanted = names.filter((name) => ['.yaml', '.yml', '.json'].includes(extname(name)));
  return wanted.sort().map((name) => join(folder, name));
}

async function parseFile(file: string): Promise<JsonObject> {
  const { plainYaml } = await import('../system/plain-yaml.js');
  let content: Json;
  try {
    content = plainYaml(await readFile(file, 'utf8')) as Json;
  } catch (error) {
    throw notDeck(file, messageOf(error).split('\n')[0] ?? '');
  }
  if (!isObject(content) || content._format_version === undefined) {
    throw notDeck(file, 'something without `_format_version`');
  }
  return content;
}

function notDeck(where: string, got: string): DrillError {
  return new DrillError(
    'usage',
    `${where}: expected a decK file, got ${got}`,
    'name a file that `deck dump` wrote',
  );
}

/** What a decK file says of itself, and not of Kong. */
interface FileContext {
  readonly workspace: string;
  readonly tags: readonly Json[];
  serial: number;
}

function flatten(content: JsonObject): Raw[] {
  const info = isObject(content._info) ? content._info : {};
  const context: FileContext = {
    workspace: typeof content._workspace === 'string' ? content._workspace : 'default',
    tags: isList(info.select_tags) ? info.select_tags : [],
    serial: 0,
  };
  return Object.entries(content)
    .filter(([section]) => !section.startsWith('_'))
    .flatMap(([section, items]) => {
      if (!isList(items)) return [];
      const kind = kinds.find(({ deck }) => deck === section) ?? genericKind(section);
      return items.filter(isObject).flatMap((item) => flattenItem(item, kind, {}, context));
    });
}

/** An entity, and what is nested in it. */
function flattenItem(item: JsonObject, kind: Kind, owner: JsonObject, context: FileContext): Raw[] {
  context.serial += 1;
  const id =
    typeof item.id === 'string'
      ? item.id
      : `${syntheticPrefix}${kind.name}:${context.workspace}:${context.serial}`;
  const fields: Record<string, Json> = {};
  const nested: Raw[] = [];
  for (const [name, value] of Object.entries(item)) {
    const inner = isList(value) ? nestedKind(kind, name) : undefined;
    if (inner === undefined) {
      if (!name.startsWith('_') && !isFromEnvironment(value)) fields[name] = withoutEnvironment(value);
      continue;
    }
    for (const each of value as readonly Json[]) {
      const link = { [inner.field]: { id } };
      nested.push(...flattenItem(nestedItem(each, inner.kind), inner.kind, link, context));
    }
  }
  const tags =
    context.tags.length === 0 ? {} : { tags: [...(isList(fields.tags) ? fields.tags : []), ...context.tags] };
  const whole = { ...withoutUrl(fields, kind), ...tags, ...owner, id };
  return [{ kind, workspace: context.workspace, fields: whole }, ...nested];
}

/** The kind that is nested under this name, and its field that refers to what it is nested in. */
function nestedKind(kind: Kind, section: string): { kind: Kind; field: string } | undefined {
  for (const each of kinds) {
    if (each.deck !== section) continue;
    const field = Object.entries(each.parents).find(([, parent]) => parent === kind.name)?.[0];
    if (field !== undefined) return { kind: each, field };
  }
  return undefined;
}

/** Groups are nested in a consumer by their names, or as what they are. */
function nestedItem(item: Json, kind: Kind): JsonObject {
  if (kind.name !== 'consumer-group-members') return isObject(item) ? item : { name: item };
  return { consumer_group: isObject(item) ? (item.name ?? item.id ?? '') : item };
}

/** decK's short way to write protocol, host, port and path. */
function withoutUrl(fields: Record<string, Json>, { name }: Kind): JsonObject {
  const { url, ...rest } = fields;
  if (name !== 'services' || typeof url !== 'string' || !URL.canParse(url)) return fields;
  const { protocol, hostname, port, pathname } = new URL(url);
  const scheme = protocol.replace(':', '');
  const path = pathname === '/' ? {} : { path: pathname };
  return {
    protocol: scheme,
    host: hostname,
    port: Number(port) || (scheme === 'https' ? 443 : 80),
    ...path,
    ...rest,
  };
}

function isFromEnvironment(value: Json): boolean {
  return typeof value === 'string' && /\$\{\{\s*env /.test(value);
}

function withoutEnvironment(value: Json): Json {
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, member]) => !isFromEnvironment(member));
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutEnvironment(member)]));
}
