/** An axis of time, with a handful of round figures on it. */
import { h } from 'preact';
import type { ComponentChild } from 'preact';

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 86_400].map(
  (s) => s * 1_000,
);
const fineSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500];

export interface Tick {
  readonly ms: number;
  readonly label: string;
}

/** 0 and at most `most` more round moments in [0, spanMs], all in the same unit. */
export function ticksOf(spanMs: number, most = 8): Tick[] {
  const step =
    [...fineSteps, ...steps].find((it) => spanMs / it <= most) ??
    Math.ceil(spanMs / most / 86_400_000) * 86_400_000;
  return Array.from({ length: Math.floor(spanMs / step) + 1 }, (_, place) => ({
    ms: place * step,
    label: place === 0 ? '0' : label(place * step, step),
  }));
}

/** A tick as a line across the whole figure, from top to bottom, with its figure below. */
export function drawTick(
  { ms, label }: Tick,
  { x, top, bottom, labelY }: { x: number; top: number; bottom: number; labelY: number },
): ComponentChild {
  return h(
    'g',
    { class: 'tick', key: `t${ms}` },
    h('line', { x1: x, x2: x, y1: top, y2: bottom }),
    h('text', { x, y: labelY, 'text-anchor': 'middle' }, label),
  );
}

function label(ms: number, stepMs: number): string {
  if (stepMs % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (stepMs % 60_000 === 0) return `${ms / 60_000} min`;
  return stepMs % 1_000 === 0 ? `${ms / 1_000} s` : `${ms} ms`;
}
