/** A case on one axis: a lane for phases, for steps, and for each stream of probes that saw an outage. */
import { h } from 'preact';
import type { ComponentChild } from 'preact';
import { formatDuration } from '../../model/units.js';
import type { Block, Lane, Span } from '../document.js';
import { plainLine, shorten } from '../plain-text.js';
import { drawTick, ticksOf } from './axis.js';

type Timeline = Extract<Block, { kind: 'timeline' }>;

const width = 900;
const left = 180;
const laneHeight = 26;
const top = 22;
const letterWidth = 7.5;

export function drawTimeline(block: Timeline): ComponentChild {
  const spanMs = Math.max(1, block.toMs - block.fromMs);
  const xOf = (ms: number) => left + (Math.max(0, ms - block.fromMs) / spanMs) * (width - left - 10);
  const bottom = top + block.lanes.length * laneHeight;
  return h(
    'figure',
    null,
    h('figcaption', null, plainLine(block.title)),
    h(
      'svg',
      { viewBox: `0 0 ${width} ${bottom + 24}`, role: 'img', 'aria-label': plainLine(summaryOf(block)) },
      ticksOf(spanMs).map((tick) =>
        drawTick(tick, { x: xOf(block.fromMs + tick.ms), top: top - 6, bottom, labelY: bottom + 16 }),
      ),
      block.lanes.map((lane, place) => drawLane(lane, top + place * laneHeight, xOf)),
      block.marks.map((mark) => drawMark(mark.label, xOf(mark.atMs), bottom)),
    ),
  );
}

/** The same for who cannot see it; the tables below hold every figure. */
function summaryOf({ title, fromMs, lanes, marks }: Timeline): string {
  const when = (ms: number) => formatDuration(Math.max(0, ms - fromMs));
  const told = lanes.map(({ label, spans }) => {
    const ends = spans.map((it) => it.toMs);
    const begin = Math.min(...spans.map((it) => it.fromMs));
    return `${label} from ${when(begin)} to ${when(Math.max(...ends))}`;
  });
  return [title, ...marks.map((mark) => `${mark.label} at ${when(mark.atMs)}`), ...told].join('; ');
}

function drawLane({ label, spans }: Lane, y: number, xOf: (ms: number) => number): ComponentChild {
  return h(
    'g',
    { class: 'lane', key: label },
    h('text', { x: left - 10, y: y + 17, 'text-anchor': 'end' }, shorten(plainLine(label), 26)),
    spans.map((span, place) => drawSpan(span, place, { y, xOf })),
  );
}

function drawSpan(
  span: Span,
  place: number,
  { y, xOf }: { y: number; xOf: (ms: number) => number },
): ComponentChild {
  const x = xOf(span.fromMs);
  const spanWidth = Math.max(1.5, xOf(span.toMs) - x);
  const label = plainLine(span.label);
  const text = fitting(label, Math.floor((spanWidth - 8) / letterWidth));
  return h(
    'g',
    { class: `span ${span.tone}`, key: place },
    h('rect', { x, y: y + 4, width: spanWidth, height: laneHeight - 8, rx: 2 }, h('title', null, label)),
    text === undefined ? null : h('text', { x: x + 4, y: y + 17 }, text),
  );
}

/** The whole label, or what stands before its comma, or nothing: half a word tells nobody anything. */
function fitting(label: string, room: number): string | undefined {
  return [label, label.replace(/,.*/, '')].find((it) => it.length <= room);
}

function drawMark(label: string, x: number, bottom: number): ComponentChild {
  return h(
    'g',
    { class: 'mark', key: label },
    h('line', { x1: x, x2: x, y1: top - 8, y2: bottom }),
    h('text', { x, y: top - 10, 'text-anchor': 'middle' }, plainLine(label)),
  );
}
