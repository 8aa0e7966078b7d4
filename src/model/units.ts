/**
 * Durations as people write them (`60s`, `5m`, `1m30s`, `250ms`, `25h`, `7d`) and as the code keeps them: milliseconds.
 */
const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** What a duration looks like in a drill file; at least one number with a unit, units in descending order. */
export const durationPattern =
  '^(?=[0-9])(?:[0-9]+(?:\\.[0-9]+)?d)?(?:[0-9]+(?:\\.[0-9]+)?h)?(?:[0-9]+(?:\\.[0-9]+)?m)?(?:[0-9]+(?:\\.[0-9]+)?s)?(?:[0-9]+(?:\\.[0-9]+)?ms)?$';

/** Milliseconds of a written duration; `undefined` where the text is not one. */
export function parseDurationMs(text: string): number | undefined {
  if (!new RegExp(durationPattern).test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/([0-9.]+)(ms|[smhd])/g)) {
    totalMs += Number(amount) * unitMs[unit as keyof typeof unitMs];
  }
  return totalMs;
}

/** Milliseconds of a duration that the schema has already accepted. @throws RangeError where it has not. */
export function durationMs(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === undefined) throw new RangeError(`not a duration: ${JSON.stringify(text)}`);
  return ms;
}

/** A duration for people: `340 ms`, `4.21 s`, `2 min 05 s`, `25 h 00 min`. Range: ≥ 0 ms. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_995) return `${(ms / 1_000).toFixed(2)} s`;
  const totalSeconds = Math.round(ms / 1_000);
  if (totalSeconds < 3_600) return `${Math.floor(totalSeconds / 60)} min ${twoDigits(totalSeconds % 60)} s`;
  const totalMinutes = Math.round(totalSeconds / 60);
  return `${Math.floor(totalMinutes / 60)} h ${twoDigits(totalMinutes % 60)} min`;
}

/** A target for people, who write `1 min` and not `1 min 00 s`. Range: ≥ 0 ms. */
export function formatTarget(ms: number): string {
  return formatDuration(ms).replace(/\.00(?= s$)| 00 (?:s|min)$/, '');
}

/** An interval for people: `4.21–4.35 s`, `12.00 s`, `over 58.02 s` where no upper bound was seen. */
export function formatInterval(lowerMs: number, upperMs: number | null): string {
  if (upperMs === null) return `over ${formatDuration(lowerMs)}`;
  const [lower, upper] = [formatDuration(lowerMs), formatDuration(upperMs)];
  if (lower === upper) return upper;
  const [, number, unit] = /^(\S+) (\S+)$/.exec(lower) ?? [];
  return number !== undefined && unit !== undefined && upper.endsWith(` ${unit}`) && !/ .* /.test(upper)
    ? `${number}–${upper}`
    : `${lower} – ${upper}`;
}

/** A size for people, in powers of 1024: `812 B`, `1.4 MiB`. Range: ≥ 0 bytes. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(1)} ${units[unit] ?? ''}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** `2 lost, 1 phantom`: those that are not 0; empty where all are. */
export function formatCounts(counts: readonly (readonly [count: number, word: string])[]): string {
  return counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

/** `1 probe`, `3 probes`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : noun.replace(/y$/, 'ie').concat('s')}`;
}
