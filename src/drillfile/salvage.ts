/** What is left of a drill when its mistaken parts are taken out: enough to look for the mistakes that no schema sees. */
import type { Drill } from '../model/drill.js';
import type { Path, Problem } from './problem.js';
import { checkSchema } from './schema-check.js';

export interface Salvaged {
  readonly drill: Drill;
  /** What was taken out. Nothing may be concluded from its absence. */
  readonly without: readonly Path[];
  /** A path in `drill` as a path in the file: items taken out of a list have moved the others. */
  readonly original: (path: Path) => Path;
}

const rounds = 8;

/** `undefined` where a part is mistaken that no drill can do without. */
export function salvage(value: unknown, problems: readonly Problem[]): Salvaged | undefined {
  let without = outermost(problems.flatMap(touched));
  for (let round = 0; round < rounds; round += 1) {
    if (without.some((path) => path.length === 0)) return undefined;
    const kept = keep(value, without);
    const check = checkSchema(kept);
    if (check.ok) return { drill: check.drill, without, original: originalIn(without) };
    const original = originalIn(without);
    const more = check.problems.map(({ path }) => original(path));
    // What still is mistaken lacks something that was taken out: then it goes as a whole.
    without = outermost([...without, ...more]);
  }
  return undefined;
}

/** A misspelt key takes the part that it was meant to be with it. */
function touched({ path, at, suggestion }: Problem): readonly Path[] {
  return at === 'key' && suggestion !== undefined ? [path, [...path.slice(0, -1), suggestion]] : [path];
}

function outermost(paths: readonly Path[]): readonly Path[] {
  return paths.filter(
    (path, index) =>
      !paths.some(
        (other, at) => at !== index && startsWith(path, other) && (other.length < path.length || at < index),
      ),
  );
}

/** Whether a path lies in another one, or is it. */
export function startsWith(path: Path, beginning: Path): boolean {
  return beginning.length <= path.length && beginning.every((part, index) => path[index] === part);
}

function keep(value: unknown, without: readonly Path[], at: Path = []): unknown {
  const isKept = (path: Path): boolean =>
    !without.some((gone) => gone.length === path.length && startsWith(path, gone));
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) =>
      isKept([...at, index]) ? [keep(item, without, [...at, index])] : [],
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => isKept([...at, key]))
      .map(([key, part]) => [key, keep(part, without, [...at, key])]),
  );
}

function originalIn(without: readonly Path[]): (path: Path) => Path {
  return (path) => {
    const original: (string | number)[] = [];
    for (const part of path) original.push(typeof part === 'number' ? indexBefore(part, original) : part);
    return original;
  };

  function indexBefore(index: number, list: Path): number {
    const gone = without
      .filter((path) => path.length === list.length + 1 && startsWith(path, list))
      .map((path) => Number(path.at(-1)))
      .sort((a, b) => a - b);
    return gone.reduce((moved, hole) => (hole <= moved ? moved + 1 : moved), index);
  }
}
