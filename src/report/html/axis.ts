/** An axis of time, with a handful of round figures on it. */
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 86_400].map(
  (s) => s * 1_000,
);
const fineSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const most = 8;

/** At most 8 round moments in [0, spanMs]; always 0. */
export function ticksOf(spanMs: number): number[] {
  const step =
    [...fineSteps, ...steps].find((it) => spanMs / it <= most) ??
    Math.ceil(spanMs / most / 86_400_000) * 86_400_000;
  return Array.from({ length: Math.floor(spanMs / step) + 1 }, (_, place) => place * step);
}

/** `500 ms`, `20 s`, `5 min`, `2 h`. */
export function tickLabel(ms: number): string {
  if (ms === 0) return '0';
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms % 60_000 === 0) return `${ms / 60_000} min`;
  return ms % 1_000 === 0 ? `${ms / 1_000} s` : `${ms} ms`;
}
