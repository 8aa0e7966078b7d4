/** What YAML can say and JSON cannot: that a part holds itself, or levels without end. */
const depthLimit = 200;

/**
 * The same value, which may be walked and written as JSON without a second thought.
 * @throws where a part of it holds itself, or it is nested deeper than anybody writes.
 */
export function plainTree<T>(value: T): T {
  walk(value, []);
  return value;
}

function walk(value: unknown, above: readonly object[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (above.length > depthLimit) throw new Error(`nested more than ${depthLimit} levels deep`);
  if (above.includes(value)) throw new Error('an alias (`*name`) stands for what it is a part of');
  const within = [...above, value];
  for (const part of Object.values(value)) walk(part, within);
}
