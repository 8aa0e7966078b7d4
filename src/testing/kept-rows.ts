/** What long runs keep, one JSON a line, so that one that was stopped can be gone on with. */
import { existsSync, readFileSync } from 'node:fs';

/** The newest row of each key; none where there is no such file. */
export function newestRows<T>(file: string, keyOf: (row: T) => string): readonly T[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return [...new Map(lines.map((line) => JSON.parse(line) as T).map((row) => [keyOf(row), row])).values()];
}
