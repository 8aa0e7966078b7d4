/** Work split among machines by how long each piece takes, the same on each of them. Pure. */

export interface Piece {
  /** Unique among the pieces; of two that take as long, the one whose name sorts first is placed first. */
  readonly name: string;
  readonly tookMs: number;
}

/**
 * The longest piece first, each to the part that has least until then: no part takes longer than 4/3 of what the best split would.
 * @param of how many parts, 1 or more.
 * @returns the part of each piece, from 1 to `of`, by its name.
 */
export function splitAmong(pieces: readonly Piece[], of: number): ReadonlyMap<string, number> {
  const loadsMs = Array.from({ length: of }, () => 0);
  const longestFirst = pieces.toSorted((a, b) => b.tookMs - a.tookMs || (a.name < b.name ? -1 : 1));
  return new Map(
    longestFirst.map(({ name, tookMs }) => {
      const part = loadsMs.indexOf(Math.min(...loadsMs));
      loadsMs[part] = (loadsMs[part] ?? 0) + tookMs;
      return [name, part + 1];
    }),
  );
}
