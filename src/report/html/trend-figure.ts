/** One path's time from run to run: an error bar for each, the target as a line. A rehearsal is hollow. */
import { h } from 'preact';
import type { ComponentChild } from 'preact';
import { formatInterval, formatTarget } from '../../model/units.js';
import type { Block, TrendPoint } from '../document.js';
import { plainLine } from '../plain-text.js';
import { ticksOf } from './axis.js';

const width = 900;
const height = 170;
const left = 70;
const right = 30;
const top = 16;
const bottom = height - 26;

export function drawTrend({ title, points, targetMs }: Extract<Block, { kind: 'trend' }>): ComponentChild {
  const longestMs = Math.max(1, ...points.map((it) => it.upperMs ?? it.lowerMs));
  const targetDrawn = targetMs !== undefined && targetMs <= longestMs * 4;
  const spanMs = Math.max(longestMs, targetDrawn ? targetMs : 0) * 1.1;
  const yOf = (ms: number) => bottom - (Math.max(0, ms) / spanMs) * (bottom - top);
  const step = (width - left - right) / points.length;
  const xOf = (place: number) => left + step * (place + 0.5);
  const target = targetMs === undefined ? 'no target' : `target ${formatTarget(targetMs)}`;
  const told = points.map((it) => `${it.label}: ${formatInterval(it.lowerMs, it.upperMs)}`).join('; ');
  return h(
    'figure',
    null,
    h(
      'figcaption',
      null,
      plainLine(`${title} (${target}${points.some((it) => it.rehearsal) ? '; rehearsals are hollow' : ''})`),
    ),
    h(
      'svg',
      {
        viewBox: `0 0 ${width} ${height}`,
        role: 'img',
        'aria-label': plainLine(`${title}: ${told}; ${target}`),
      },
      ticksOf(spanMs, 4).map(({ ms, label }) =>
        h(
          'g',
          { class: 'tick', key: `t${ms}` },
          h('line', { x1: left, x2: width - right, y1: yOf(ms), y2: yOf(ms) }),
          h('text', { x: left - 8, y: yOf(ms) + 4, 'text-anchor': 'end' }, label),
        ),
      ),
      targetDrawn
        ? h(
            'g',
            { class: 'target' },
            h('line', { x1: left, x2: width - right, y1: yOf(targetMs), y2: yOf(targetMs) }),
          )
        : null,
      points.map((point, place) => drawPoint(point, place, { x: xOf(place), yOf })),
      h(
        'text',
        { class: 'end', x: xOf(0), y: height - 6, 'text-anchor': 'start' },
        points[0]?.label.slice(0, 10),
      ),
      h('text', { class: 'end', x: width - right, y: height - 6, 'text-anchor': 'end' }, 'this run'),
    ),
  );
}

function drawPoint(
  point: TrendPoint,
  place: number,
  { x, yOf }: { x: number; yOf: (ms: number) => number },
): ComponentChild {
  const [low, high] = [yOf(point.lowerMs), point.upperMs === null ? top : yOf(point.upperMs)];
  const said = plainLine(`${point.label}: ${formatInterval(point.lowerMs, point.upperMs)}`);
  return h(
    'g',
    { class: `point ${point.verdict ?? 'none'}${point.rehearsal ? ' rehearsal' : ''}`, key: place },
    h('title', null, said),
    h('path', { class: 'error', d: `M${x - 5} ${low}h10m-5 0V${high}m-5 0h10` }),
    h('circle', { cx: x, cy: (low + high) / 2, r: 5 }),
  );
}
