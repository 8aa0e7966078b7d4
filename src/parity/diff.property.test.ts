import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Entity } from '../model/entity.js';
import type { Difference, KindComparison } from '../model/journal.js';
import { applyEdits, configurations, edits, snapshotOf, withOtherIds } from '../testing/configurations.js';
import type { Expected, Op } from '../testing/configurations.js';
import { compareSnapshots, isEqual } from './diff.js';
import type { Level } from './diff-match.js';

/** 10,000 with `KONG_DRILL_CASES=10000`, as the benchmark has it. */
const numRuns = Number(process.env.KONG_DRILL_CASES ?? 500);
const everyOp: readonly Op[] = ['change', 'rename', 'delete', 'add', 'duplicate', 're-parent'];

test('diff - is exactly the edits, at both levels, whatever the order', () => {
  fc.assert(
    fc.property(
      configurations,
      edits(everyOp),
      fc.constantFrom<Level>('identical', 'equivalent'),
      fc.nat(),
      (configuration, list, level, seed) => {
        const { after, expected } = applyEdits(configuration, list);
        const found = compare(configuration.entities, shuffled(after, seed), level);
        assertExactly(found, expected, configuration.entities.length, 0);
      },
    ),
    { numRuns },
  );
});

test('diff - is exactly the edits where every id is new, at `equivalent`', () => {
  fc.assert(
    fc.property(configurations, edits(['change', 'delete', 'add']), fc.nat(), (configuration, list, seed) => {
      const { entities } = configuration;
      const { after, expected } = withoutNames(applyEdits(configuration, list));
      const found = compare(entities, shuffled(withOtherIds(after), seed), 'equivalent');
      const left = new Set(after.map(({ id }) => id));
      const passwords = entities.filter(
        ({ kind, id }) => kind === 'basic-auth' && left.has(id) && !expected.changed.has(id),
      );
      assertExactly(
        found,
        { ...expected, extra: otherIds(expected.extra) },
        entities.length,
        passwords.length,
      );
    }),
    { numRuns },
  );
});

test('diff - of a configuration with itself is nothing, at both levels', () => {
  fc.assert(
    fc.property(configurations, fc.nat(), ({ entities }, seed) => {
      for (const level of ['identical', 'equivalent'] as const) {
        assert.ok(isEqual(compare(entities, shuffled(entities, seed), level)));
      }
    }),
    { numRuns },
  );
});

test('diff - before and after swapped, missing is extra and the other way round', () => {
  fc.assert(
    fc.property(configurations, edits(['delete', 'add', 'change']), (configuration, list) => {
      const { after } = applyEdits(configuration, list);
      const there = totals(compare(configuration.entities, after, 'identical'));
      const back = totals(compare(after, configuration.entities, 'identical'));
      assert.deepEqual(back, {
        ...there,
        before: there.after,
        after: there.before,
        missing: there.extra,
        extra: there.missing,
      });
    }),
    { numRuns },
  );
});

function compare(before: readonly Entity[], after: readonly Entity[], level: Level): KindComparison[] {
  return compareSnapshots(snapshotOf(before), snapshotOf(after), { level, firstDifferences: Infinity });
}

function assertExactly(
  found: readonly KindComparison[],
  expected: Expected,
  before: number,
  unproven: number,
): void {
  const differences = found.flatMap((each) => each.differences);
  const ids = (change: Difference['change']): string[] =>
    differences
      .filter((each) => each.change === change)
      .map(({ id }) => id ?? '')
      .sort();
  assert.deepEqual(ids('missing'), [...expected.missing].sort(), 'missing');
  assert.deepEqual(ids('extra'), [...expected.extra].sort(), 'extra');
  // Which of two alike is the copy cannot be told, except by its id.
  assert.deepEqual(ids('duplicated'), [...expected.duplicated].sort(), 'duplicated');
  assert.deepEqual(ids('re-parented'), [...expected.reParented].sort(), 're-parented');
  assert.deepEqual(ids('changed'), [...expected.changed.keys()].sort(), 'changed');
  for (const { id = '', change, fields = [] } of differences) {
    if (change !== 'changed') continue;
    assert.deepEqual(fields.map(({ field }) => field).sort(), expected.changed.get(id), id);
    assert.ok(fields.every((each) => each.before !== each.after));
  }
  const total = totals(found);
  assert.equal(total.before, before);
  assert.equal(total.unproven, unproven, 'unproven');
  assert.equal(
    total.before,
    total.identical + total.missing + total.changed + total.reParented + total.unproven,
  );
  assert.equal(total.after, total.before - total.missing + total.extra + total.duplicated);
}

const counted = [
  'before',
  'after',
  'identical',
  'missing',
  'extra',
  'changed',
  'duplicated',
  'reParented',
  'unproven',
] as const;

function totals(found: readonly KindComparison[]): Record<(typeof counted)[number], number> {
  const sum = (key: (typeof counted)[number]): number => found.reduce((total, each) => total + each[key], 0);
  return Object.fromEntries(counted.map((key) => [key, sum(key)])) as Record<
    (typeof counted)[number],
    number
  >;
}

/** What has neither a name nor a known key is known by what it says: changed, it is another one. */
function withoutNames({ after, expected }: ReturnType<typeof applyEdits>): ReturnType<typeof applyEdits> {
  const changed = new Map(expected.changed);
  const [missing, extra] = [new Set(expected.missing), new Set(expected.extra)];
  for (const { kind, id } of after) {
    if (kind !== 'my-things' || !changed.delete(id)) continue;
    missing.add(id);
    extra.add(id);
  }
  return { after, expected: { ...expected, changed, missing, extra } };
}

function otherIds(ids: ReadonlySet<string>): Set<string> {
  return new Set([...ids].map((id) => `ffffffff${id.slice(8)}`));
}

/** The same items in an order that depends on the seed. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, index) => ({ item, rank: Math.imul(index + 1, seed * 2 + 1) >>> 0 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
