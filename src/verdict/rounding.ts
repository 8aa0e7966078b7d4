/** Figures to the microsecond, which is what the clock resolves: what subtraction leaves behind it is noise. */

/** The same value with every number that is not whole rounded to 3 decimals. */
export function toMicroseconds<T>(value: T): T {
  const visit = (item: unknown): unknown => {
    if (typeof item === 'number') return Number.isInteger(item) ? item : Math.round(item * 1_000) / 1_000;
    if (Array.isArray(item)) return item.map(visit);
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(
      Object.entries(item).map(([key, inner]: [string, unknown]) => [key, visit(inner)]),
    );
  };
  return visit(value) as T;
}
