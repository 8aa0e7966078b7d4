import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitAmong } from './split.js';
import type { Piece } from './split.js';

const loadsOf = (pieces: readonly Piece[], of: number): number[] => {
  const parts = splitAmong(pieces, of);
  return Array.from({ length: of }, (_, place) =>
    pieces.filter(({ name }) => parts.get(name) === place + 1).reduce((sum, { tookMs }) => sum + tookMs, 0),
  );
};

test('split - the longest first, each to the part with least', () => {
  const pieces = [7, 6, 5, 4, 3].map((tookMs, place) => ({ name: `p${place}`, tookMs }));
  assert.deepEqual([...splitAmong(pieces, 2).values()], [1, 2, 2, 1, 1]);
  assert.deepEqual(loadsOf(pieces, 2), [14, 11]);
});

const piecesOf = fc
  .array(fc.integer({ min: 1, max: 1_000 }), { maxLength: 40 })
  .map((times) => times.map((tookMs, place) => ({ name: `p${place}`, tookMs })));

test('split - every piece has one part, whatever the order in which they are named, and no part is far above the others', () => {
  fc.assert(
    fc.property(piecesOf, fc.integer({ min: 1, max: 9 }), (pieces, of) => {
      const parts = splitAmong(pieces, of);
      assert.equal(parts.size, pieces.length);
      assert.ok([...parts.values()].every((part) => part >= 1 && part <= of));
      assert.deepEqual(new Map([...splitAmong(pieces.toReversed(), of)].sort()), new Map([...parts].sort()));
      const loads = loadsOf(pieces, of);
      const longest = Math.max(0, ...pieces.map(({ tookMs }) => tookMs));
      assert.ok(Math.max(...loads) - Math.min(...loads) <= longest);
    }),
  );
});
