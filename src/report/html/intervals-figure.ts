/** Paths raced on one axis: a bar up to where recovery is proved to be late, an error bar over what is uncertain, the target as a line. */
import { h } from 'preact';
import type { ComponentChild } from 'preact';
import { formatInterval, formatTarget } from '../../model/units.js';
import type { Bar, Block } from '../document.js';
import { plainLine, shorten } from '../plain-text.js';
import { drawTick, ticksOf } from './axis.js';

const width = 900;
const left = 180;
const right = 150;
const rowHeight = 34;
const top = 26;

export function drawIntervals({
  title,
  bars,
  targetMs,
}: Extract<Block, { kind: 'intervals' }>): ComponentChild {
  const ends = bars.map((bar) => bar.upperMs ?? bar.lowerMs);
  const longestMs = Math.max(1, ...ends);
  // A target far beyond every bar would press the bars to nothing: then it is only named.
  const targetDrawn = targetMs !== undefined && targetMs <= longestMs * 8;
  const spanMs = Math.max(longestMs, targetDrawn ? targetMs : 0) * 1.05;
  const xOf = (ms: number) => left + (Math.max(0, ms) / spanMs) * (width - left - right);
  const endOf = ({ upperMs }: Bar) => (upperMs === null ? width - right : xOf(upperMs));
  const bottom = top + bars.length * rowHeight;
  const target = targetMs === undefined ? 'no target' : `target ${formatTarget(targetMs)}`;
  const told = bars.map((bar) => `${bar.label} ${formatInterval(bar.lowerMs, bar.upperMs)}`).join('; ');
  const summary = `${title}: ${told}; ${target}`;
  return h(
    'figure',
    null,
    h(
      'figcaption',
      null,
      plainLine(`${title} (${target}); it came back somewhere in the pale end of its bar`),
    ),
    h(
      'svg',
      { viewBox: `0 0 ${width} ${bottom + 26}`, role: 'img', 'aria-label': plainLine(summary) },
      ticksOf(spanMs).map((tick) =>
        drawTick(tick, { x: xOf(tick.ms), top: top - 6, bottom, labelY: bottom + 18 }),
      ),
      bars.map((bar, place) =>
        drawBar(bar, top + place * rowHeight, { low: xOf(bar.lowerMs), high: endOf(bar) }),
      ),
      targetDrawn ? targetLine(xOf(targetMs), bottom) : null,
      // Last, so that the line of the target goes behind the figures.
      bars.map((bar, place) => drawFigure(bar, top + place * rowHeight, endOf(bar))),
    ),
  );
}

function targetLine(x: number, bottom: number): ComponentChild {
  return h(
    'g',
    { class: 'target' },
    h('line', { x1: x, x2: x, y1: top - 8, y2: bottom }),
    h('text', { x, y: top - 12, 'text-anchor': 'middle' }, 'target'),
  );
}

function drawBar(
  bar: Bar,
  y: number,
  { low, high }: { readonly low: number; readonly high: number },
): ComponentChild {
  const middle = y + rowHeight / 2;
  const verdict = bar.verdict ?? 'none';
  return h(
    'g',
    { class: `bar ${verdict}`, key: bar.label },
    h('text', { x: left - 10, y: middle + 4, 'text-anchor': 'end' }, shorten(plainLine(bar.label), 24)),
    h('rect', { x: left, y: y + 8, width: Math.max(1, high - left), height: rowHeight - 16, class: 'open' }),
    h('rect', { x: left, y: y + 8, width: Math.max(1, low - left), height: rowHeight - 16 }),
    h('path', { class: 'error', d: errorBar(low, high, middle, bar.upperMs === null) }),
  );
}

function drawFigure({ label, lowerMs, upperMs }: Bar, y: number, end: number): ComponentChild {
  const figure = formatInterval(lowerMs, upperMs);
  return h('text', { class: 'figure', x: end + 10, y: y + rowHeight / 2 + 4, key: label }, figure);
}

/** Whiskers at both ends; an arrow where no end was seen. */
function errorBar(low: number, high: number, y: number, open: boolean): string {
  const end = open ? `m-6 -5l6 5l-6 5` : `m0 -7v14`;
  return `M${low} ${y - 7}v14m0 -7H${high}${end}`;
}
