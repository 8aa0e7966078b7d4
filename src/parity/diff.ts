/**
 * Compares two snapshots, kind by kind and field by field. Pure: it sees only what the snapshots hold.
 *
 *   snapshots → sides (by kind, without the runner's own) → pairs, in dependency order → fields → counts and words
 */
import { DrillError } from '../model/drill-error.js';
import type { Entity, Snapshot } from '../model/entity.js';
import type { Difference, KindComparison } from '../model/journal.js';
import { judgedKinds, verdictOfKind } from '../model/kind-figures.js';
import { comparePair } from './diff-fields.js';
import type { FieldChange, FieldsContext } from './diff-fields.js';
import { matchKind, Names } from './diff-match.js';
import type { Level, Matching } from './diff-match.js';
import { isHiddenPerhaps, kindsOf, sideOf } from './diff-sides.js';
import type { Side } from './diff-sides.js';
import { fieldInWords, inWords } from './diff-words.js';
import type { Kind } from './kind.js';
import { kindNamed } from './kinds.js';

export interface CompareOptions {
  /** `identical`: ids and times too. `equivalent`: the same entities by their natural keys. */
  readonly level: Level;
  /** Fields left out, as `field` or `kind.field`, and whole kinds, as `kind.*`; see `fieldsThatDifferAfter`. */
  readonly ignore?: readonly string[];
  /** How many differences of each kind are spelled out in the result; 20 by default. */
  readonly firstDifferences?: number;
  /** Every difference, also those beyond the first. */
  readonly onDifference?: (difference: Difference) => void;
  /** The runner's own entities; what belongs to them is left out with them. */
  readonly exclude?: (entity: Entity) => boolean;
}

/**
 * One comparison for each kind that either snapshot holds. A kind that was not read on a side is unproven, never equal.
 * @throws DrillError `usage` where the secrets were hashed with different keys.
 */
export function compareSnapshots(
  before: Snapshot,
  after: Snapshot,
  options: CompareOptions,
): KindComparison[] {
  if (before.secretKeyId !== after.secretKeyId) {
    throw new DrillError(
      'usage',
      `the secrets of the two snapshots are hashed with different keys: ${before.secretKeyId} and ${after.secretKeyId}`,
      'take one of them again with the key of the other (--key-file), or read both sources in one go: kong-drill compare SOURCE SOURCE',
    );
  }
  const exclude = options.exclude ?? (() => false);
  const sides = { before: sideOf(before, exclude), after: sideOf(after, exclude) };
  const context: FieldsContext = {
    ...sides,
    level: options.level,
    names: new Names(),
    unread: new Set([...sides.before.unread, ...sides.after.unread]),
    ignore: new Set(options.ignore ?? []),
  };
  const kinds = kindsOf(sides.before, sides.after).filter((name) => !context.ignore.has(`${name}.*`));
  return kinds.map((name) => compareKind(kindNamed(name), context, options));
}

/** Whether nothing of the configuration differs and nothing is left unproven; other roles do not count. */
export function isEqual(comparisons: readonly KindComparison[]): boolean {
  return judgedKinds(comparisons).every((each) => verdictOfKind(each) === 'met');
}

function compareKind(kind: Kind, context: FieldsContext, options: CompareOptions): KindComparison {
  const { before, after } = context;
  const result = new Tally(
    kind,
    before.byKind.get(kind.name)?.length ?? 0,
    after.byKind.get(kind.name)?.length ?? 0,
  );
  if (context.unread.has(kind.name) || isHiddenPerhaps(kind.name, before, after)) return result.unread();
  const matching = matchKind(kind, before, after, context);
  context.names.learn(kind.name, matching);
  for (const pair of matching.pairs) {
    const { changes, unproven } = comparePair(pair, kind, context);
    if (changes.length > 0) {
      const change = changes.some(({ field }) => Object.hasOwn(kind.parents, field))
        ? 're-parented'
        : 'changed';
      const fields = (): Difference['fields'] => changes.map((each) => fieldInWords(each, kind, context));
      result.add(change, () => inWords(change, pair.before, before, fields()), changes);
    } else if (unproven) result.countUnproven();
    else result.countIdentical();
  }
  addUnpaired(matching, kind, context, result);
  return result.summary(options);
}

function addUnpaired(matching: Matching, kind: Kind, { before, after }: FieldsContext, result: Tally): void {
  for (const entity of matching.missing) {
    if (hasExpired(entity, kind, after)) result.leaveOut();
    else result.add('missing', () => inWords('missing', entity, before));
  }
  const twice = new Set(matching.duplicated);
  for (const entity of matching.extra) {
    const change = twice.has(entity) ? 'duplicated' : 'extra';
    result.add(change, () => inWords(change, entity, after));
  }
}

/** Whether an entity had run out by itself when the other side was read. */
function hasExpired(entity: Entity, kind: Kind, after: Side): boolean {
  const { expires_at } = entity.fields;
  return kind.expires && typeof expires_at === 'number' && expires_at <= after.snapshot.takenAtS + 2;
}

const setsLimit = 100;

/** Counts while a kind is compared. */
class Tally {
  private readonly differences: (() => Difference)[] = [];
  private readonly counts = { missing: 0, extra: 0, changed: 0, duplicated: 0, 're-parented': 0 };
  private readonly sets = new Map<string, number>();
  private readonly kind: Kind;
  private readonly after: number;
  private before: number;
  private identical = 0;
  private unproven = 0;

  constructor(kind: Kind, before: number, after: number) {
    this.kind = kind;
    this.before = before;
    this.after = after;
  }

  add(
    change: Difference['change'],
    difference: () => Difference,
    changes: readonly FieldChange[] = [],
  ): void {
    this.counts[change] += 1;
    this.differences.push(difference);
    if (changes.length === 0) return;
    const set = changes
      .map(({ field }) => field)
      .sort()
      .join('\n');
    const key = this.sets.has(set) || this.sets.size < setsLimit ? set : '…';
    this.sets.set(key, (this.sets.get(key) ?? 0) + 1);
  }

  countIdentical(): void {
    this.identical += 1;
  }

  countUnproven(): void {
    this.unproven += 1;
  }

  leaveOut(): void {
    this.before -= 1;
  }

  /** The kind is unknown on a side: nothing is equal, nothing is known to be lost. */
  unread(): KindComparison {
    this.unproven = Math.max(this.before, this.after, 1);
    return this.summary({ level: 'identical' });
  }

  summary({ firstDifferences = 20, onDifference }: CompareOptions): KindComparison {
    const spelled = this.differences
      .slice(0, onDifference ? undefined : firstDifferences)
      .map((difference) => difference());
    if (onDifference) spelled.forEach(onDifference);
    const { 're-parented': reParented, ...counts } = this.counts;
    const changedSets = [...this.sets].map(([set, count]) => ({ fields: set.split('\n'), count }));
    return {
      kind: this.kind.name,
      role: this.kind.role,
      before: this.before,
      after: this.after,
      identical: this.identical,
      ...counts,
      reParented,
      unproven: this.unproven,
      ...(changedSets.length === 0 ? {} : { changedSets }),
      differences: spelled.slice(0, firstDifferences),
    };
  }
}
