/**
 * Which entity of one side is which of the other. Kinds come in dependency order, so that what an entity refers to has been
 * paired before it: a reference to a paired entity means the same on both sides, whatever its id.
 */
import { isObject } from '../model/entity.js';
import type { Entity, Json, JsonObject } from '../model/entity.js';
import { idIn, isRealId } from './diff-sides.js';
import type { Side } from './diff-sides.js';
import { groupBy } from './group.js';
import { canonicalJson, isList } from './json.js';
import { targetOf } from './kind.js';
import type { Kind } from './kind.js';

export type Level = 'identical' | 'equivalent';

export interface Pair {
  readonly before: Entity;
  readonly after: Entity;
}

export interface Matching {
  readonly pairs: readonly Pair[];
  readonly missing: readonly Entity[];
  readonly extra: readonly Entity[];
  /** Of the extra ones, those with the natural key of another: made twice. */
  readonly duplicated: readonly Entity[];
}

/** What the ids of `after` are called in `before`: only those that differ. */
export class Names {
  private readonly byKind = new Map<string, Map<string, string>>();
  private readonly all = new Map<string, string>();

  /** The id in `before` of what this id of `after` stands for; one of its own where nothing corresponds. */
  of(kind: string, id: string): string {
    return this.byKind.get(kind)?.get(id) ?? id;
  }

  /** The same, of an entity whose kind nobody knows: a plugin of one's own refers to what it likes. */
  ofAny(id: string): string {
    return this.all.get(id) ?? id;
  }

  learn(kind: string, { pairs, extra }: Matching): void {
    const names = new Map<string, string>();
    for (const { before, after } of pairs) if (before.id !== after.id) names.set(after.id, before.id);
    for (const entity of extra) names.set(entity.id, `+${entity.id}`);
    if (names.size > 0) this.byKind.set(kind, names);
    for (const [id, name] of names) this.all.set(id, name);
  }
}

export interface MatchContext {
  readonly level: Level;
  readonly names: Names;
  /** Kinds whose entities are unknown on a side: references to them say nothing. */
  readonly unread: ReadonlySet<string>;
}

export function matchKind(kind: Kind, before: Side, after: Side, context: MatchContext): Matching {
  const left = before.byKind.get(kind.name) ?? [];
  const right = after.byKind.get(kind.name) ?? [];
  const { names, unread, level } = context;
  const keyBefore = (entity: Entity): string => keyOf(entity, kind, { level, unread, nameOf: (_, id) => id });
  const nameOf: NameOf = (target, id) => (target === undefined ? names.ofAny(id) : names.of(target, id));
  const keyAfter = (entity: Entity): string => keyOf(entity, kind, { level, unread, nameOf });
  const byId = (rest: Rest): Rest => pairById(rest);
  const byKey = (rest: Rest): Rest => pairByKey(rest, keyBefore, keyAfter);
  const start: Rest = { pairs: [], left, right };
  const {
    pairs,
    left: missing,
    right: extra,
  } = context.level === 'identical' ? byKey(byId(start)) : byId(byKey(start));
  const known = extra.length === 0 ? new Set<string>() : new Set(left.map(keyBefore));
  return { pairs, missing, extra, duplicated: extra.filter((entity) => known.has(keyAfter(entity))) };
}

/** What the id of an entity is called; of one whose kind is unknown, whatever it is. */
type NameOf = (kind: string | undefined, id: string) => string;

interface KeyTerms {
  readonly level: Level;
  readonly unread: ReadonlySet<string>;
  readonly nameOf: NameOf;
}

/** The natural key of an entity as one text; of one that has none, where ids do not count, all that it says. */
function keyOf(entity: Entity, kind: Kind, { level, unread, nameOf }: KeyTerms): string {
  const at = kind.keys.findIndex(([lead]) => lead !== undefined && entity.fields[lead] !== undefined);
  const key = kind.keys[at];
  if (key === undefined) {
    if (level === 'identical') return `id ${entity.id}`;
    return `all ${entity.workspace} ${canonicalJson(withNames(lasting(entity), nameOf))}`;
  }
  const parts = key.map((field) => {
    const value = entity.fields[field];
    const target = targetOf(field, kind);
    const id = target === undefined ? undefined : idIn(value);
    if (target === undefined || id === undefined) return textOf(withNames(value ?? null, nameOf));
    return unread.has(target) ? '?' : nameOf(target, id);
  });
  return `${at} ${entity.workspace} ${parts.join('\u0000')}`;
}

/** Every id of an entity as what it is called. */
function withNames(value: Json, nameOf: NameOf): Json {
  if (typeof value === 'string') return isUuid(value) ? nameOf(undefined, value) : value;
  if (isList(value)) return value.map((item) => withNames(item, nameOf));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withNames(member, nameOf)]));
}

interface Rest {
  readonly pairs: readonly Pair[];
  readonly left: readonly Entity[];
  readonly right: readonly Entity[];
}

function pairById({ pairs, left, right }: Rest): Rest {
  const waiting = new Map(right.map((entity) => [entity.id, entity]));
  const found: Pair[] = [];
  const alone = left.filter((before) => {
    const after = isRealId(before.id) ? waiting.get(before.id) : undefined;
    if (after === undefined) return true;
    waiting.delete(before.id);
    found.push({ before, after });
    return false;
  });
  return {
    pairs: [...pairs, ...found],
    left: alone,
    right: right.filter((each) => waiting.get(each.id) === each),
  };
}

type KeyOf = (entity: Entity) => string;

function pairByKey({ pairs, left, right }: Rest, keyBefore: KeyOf, keyAfter: KeyOf): Rest {
  if (left.length === 0 || right.length === 0) return { pairs, left, right };
  const groups = groupBy(right, keyAfter);
  const found: Pair[] = [];
  for (const [key, lefts] of groupBy(left, keyBefore)) {
    const rights = groups.get(key);
    if (rights !== undefined) found.push(...pairGroup(lefts, rights));
  }
  const taken = new Set(found.flatMap(({ before, after }) => [before, after]));
  const isFree = (entity: Entity): boolean => !taken.has(entity);
  return { pairs: [...pairs, ...found], left: left.filter(isFree), right: right.filter(isFree) };
}

/** Of several with one natural key, those with the same id belong together, then those alike, then any. */
function pairGroup(lefts: readonly Entity[], rights: readonly Entity[]): Pair[] {
  const [before, after] = [lefts[0], rights[0]];
  if (lefts.length === 1 && rights.length === 1 && before && after) return [{ before, after }];
  const pairs: Pair[] = [];
  const free = [...rights];
  const rounds = [
    (a: Entity, b: Entity) => a.id === b.id,
    (a: Entity, b: Entity) => contentOf(a) === contentOf(b),
    () => true,
  ];
  let alone = lefts;
  for (const belong of rounds) {
    alone = alone.filter((entity) => {
      const at = free.findIndex((other) => belong(entity, other));
      const [other] = at < 0 ? [] : free.splice(at, 1);
      if (other === undefined) return true;
      pairs.push({ before: entity, after: other });
      return false;
    });
  }
  return pairs;
}

const passing = new Set(['created_at', 'updated_at', 'cache_key']);

/** All that is left when ids and times are other. */
function contentOf(entity: Entity): string {
  const kept = Object.entries(lasting(entity)).filter(([, value]) => idIn(value) === undefined);
  return canonicalJson(Object.fromEntries(kept));
}

function lasting({ fields }: Entity): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !passing.has(name)));
}

/** Whether a text is the id of an entity: Kong has no others. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(text);
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : canonicalJson(value ?? null);
}
