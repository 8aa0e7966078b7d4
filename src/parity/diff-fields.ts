/** What differs between two forms of one entity, field by field. */
import { isObject } from '../model/entity.js';
import type { Entity, Json } from '../model/entity.js';
import { idIn } from './diff-sides.js';
import type { Side } from './diff-sides.js';
import { isUuid } from './diff-match.js';
import type { Level, Names, Pair } from './diff-match.js';
import { isList, memberOf, sameJson } from './json.js';
import { targetOf } from './kind.js';
import type { Kind } from './kind.js';

export interface FieldChange {
  /** With dots: `config.minute`. */
  readonly field: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

export interface FieldsContext {
  readonly level: Level;
  readonly names: Names;
  readonly before: Side;
  readonly after: Side;
  readonly unread: ReadonlySet<string>;
  /** Fields that are not compared: `field` or `kind.field`. */
  readonly ignore: ReadonlySet<string>;
}

export interface PairComparison {
  readonly changes: readonly FieldChange[];
  /** True where something cannot be proved equal by looking: a password under another consumer id. */
  readonly unproven: boolean;
}

/** A second each side: the Admin API shows whole seconds that remain. */
const expiryToleranceS = 2;

const remade = new Set(['created_at', 'updated_at', 'cache_key']);

export function comparePair(pair: Pair, kind: Kind, context: FieldsContext): PairComparison {
  const { before, after } = pair;
  const hidden = unprovableField(pair, kind);
  const changes: FieldChange[] =
    context.level === 'identical' && before.id !== after.id && idsTell(context)
      ? [{ field: 'id', before: before.id, after: after.id }]
      : [];
  for (const field of fieldsOf(before, after, context)) {
    const was = memberOf(before.fields, field);
    const is = memberOf(after.fields, field);
    // Most of what there is, told first.
    if (was === is && typeof was !== 'object' && targetOf(field, kind) === undefined) continue;
    if (field === hidden || isIgnored(field, kind, context) || isUnused(field, pair, { kind, context }))
      continue;
    if (!isSame(field, was, is, { kind, context }))
      changes.push(...leaves(field, was, is, { kind, context }));
  }
  return { changes, unproven: hidden !== undefined };
}

/**
 * Kong hashes a basic-auth password together with the consumer's id, so that hashes under different ids tell nothing; a hashed
 * oauth2 secret is salted, so that only the same hash tells something.
 */
function unprovableField({ before, after }: Pair, kind: Kind): string | undefined {
  if (kind.name === 'basic-auth') {
    return idIn(before.fields.consumer) === idIn(after.fields.consumer) ? undefined : 'password';
  }
  const salted =
    kind.name === 'oauth2' && before.fields.hash_secret === true && after.fields.hash_secret === true;
  return salted && before.fields.client_secret !== after.fields.client_secret ? 'client_secret' : undefined;
}

/** Kong draws a secret for every jwt credential, also for one whose tokens a public key verifies: nothing ever uses that. */
function isUnused(field: string, { before, after }: Pair, { kind, context }: Place): boolean {
  if (kind.name !== 'jwt' || field !== 'secret' || context.level === 'identical') return false;
  return [before, after].every(
    ({ fields: { algorithm } }) => typeof algorithm === 'string' && !algorithm.startsWith('HS'),
  );
}

interface Place {
  readonly kind: Kind;
  readonly context: FieldsContext;
}

function isSame(
  path: string,
  was: Json | undefined,
  is: Json | undefined,
  { kind, context }: Place,
): boolean {
  const target = targetOf(path, kind);
  if (target !== undefined) return isSameReference(target, was, is, context);
  if (path === 'expires_at' && typeof was === 'number' && typeof is === 'number') {
    return Math.abs(was - is) <= expiryToleranceS;
  }
  // The same id may have come to lead nowhere.
  if (path === 'config' && [was, is].some((config) => hasReferences(config, kind)))
    return leaves(path, was, is, { kind, context }).length === 0;
  return sameJson(was, is) || isLeftOut(was, is, context) || leadsToTheSame(path, was, is, { kind, context });
}

/** Wherever an id stands, also where nobody has said that one would: another id may be that of the same entity. */
function leadsToTheSame(path: string, was: Json | undefined, is: Json | undefined, place: Place): boolean {
  if (typeof was === 'string' && typeof is === 'string') {
    return isUuid(was) && was === place.context.names.ofAny(is);
  }
  if (isList(was) && isList(is)) {
    return was.length === is.length && was.every((item, at) => isSame(`${path}[]`, item, is[at], place));
  }
  if (isReference(was) && isReference(is)) return leadsToTheSame(path, idIn(was), idIn(is), place);
  return isObject(was) && isObject(is) && leaves(path, was, is, place).length === 0;
}

/** The innermost fields that differ. */
function leaves(path: string, was: Json | undefined, is: Json | undefined, place: Place): FieldChange[] {
  if (
    !isObject(was) ||
    !isObject(is) ||
    memberOf(place.kind.parents, path) !== undefined ||
    isReference(was)
  ) {
    return [{ field: path, before: was, after: is }];
  }
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) => {
    const below = `${path}.${key}`;
    const [inner, other] = [memberOf(was, key), memberOf(is, key)];
    if (isIgnored(below, place.kind, place.context) || isSame(below, inner, other, place)) return [];
    return leaves(below, inner, other, place);
  });
}

/** `{ id }` alone, which is how Kong writes a foreign key. */
function isReference(value: Json | undefined): boolean {
  return idIn(value) !== undefined && isObject(value) && Object.keys(value).length === 1;
}

function isSameReference(
  target: string,
  was: Json | undefined,
  is: Json | undefined,
  context: FieldsContext,
): boolean {
  if (context.unread.has(target)) return (was === undefined) === (is === undefined);
  if (isList(was) && isList(is)) {
    return (
      was.length === is.length && was.every((item, at) => isSameReference(target, item, is[at], context))
    );
  }
  const [idBefore, idAfter] = [idIn(was), idIn(is)];
  if (idBefore !== undefined && idAfter !== undefined) return idBefore === context.names.of(target, idAfter);
  if (typeof was !== 'string' || typeof is !== 'string')
    return sameJson(was, is) || isLeftOut(was, is, context);
  // Kong does not watch over these: what pointed to something may now point to nothing.
  const pointed = context.before.ids(target).has(was);
  return pointed ? context.after.ids(target).has(is) && was === context.names.of(target, is) : was === is;
}

/** Whether a configuration says anything where ids of others stand. */
function hasReferences(config: Json | undefined, { references }: Kind): boolean {
  if (!isObject(config)) return false;
  return Object.keys(references).some(
    (path) => path.startsWith('config.') && config[path.slice('config.'.length)] !== undefined,
  );
}

function fieldsOf(before: Entity, after: Entity, context: FieldsContext): Iterable<string> {
  if (isPartial(context.before, context)) return Object.keys(before.fields);
  if (isPartial(context.after, context)) return Object.keys(after.fields);
  const added = Object.keys(after.fields).filter((field) => !Object.hasOwn(before.fields, field));
  return [...Object.keys(before.fields), ...added];
}

/** A decK file leaves out what Kong fills in: only what it says is held against Kong. */
function isPartial(side: Side, { before, after }: FieldsContext): boolean {
  return side.snapshot.source === 'deck-file' && before.snapshot.source !== after.snapshot.source;
}

function isLeftOut(was: Json | undefined, is: Json | undefined, context: FieldsContext): boolean {
  return (
    (was === undefined && isPartial(context.before, context)) ||
    (is === undefined && isPartial(context.after, context))
  );
}

function isIgnored(field: string, kind: Kind, { level, ignore, before, after }: FieldsContext): boolean {
  if (ignore.size > 0 && (ignore.has(field) || ignore.has(`${kind.name}.${field}`))) return true;
  if (field === 'cache_key') {
    return (
      level === 'equivalent' || before.snapshot.source !== 'database' || after.snapshot.source !== 'database'
    );
  }
  return level === 'equivalent' && remade.has(field);
}

function idsTell({ before, after }: FieldsContext): boolean {
  return before.snapshot.source !== 'deck-file' && after.snapshot.source !== 'deck-file';
}
