/** Each kind of block, drawn. */
import { h } from 'preact';
import type { ComponentChild } from 'preact';
import { notProvided } from '../document.js';
import type { Block, Cell } from '../document.js';
import { verdictMarks } from '../paint.js';
import { plainLine, plainText } from '../plain-text.js';
import { drawIntervals } from './intervals-figure.js';
import { drawTimeline } from './timeline-figure.js';
import { drawTrend } from './trend-figure.js';

type Of<K extends Block['kind']> = Extract<Block, { kind: K }>;

/** @param within the title of its section, so that regions of the same name are told apart. */
export function drawBlock(block: Block, within: string): ComponentChild {
  switch (block.kind) {
    case 'paragraph':
      return h(
        'p',
        null,
        block.strong === true ? h('strong', null, plainLine(block.text)) : plainLine(block.text),
      );
    case 'list':
      return h(
        'ul',
        null,
        block.items.map((item, place) => h('li', { key: place }, plainLine(item))),
      );
    case 'table':
      return drawTable(block, within);
    case 'facts':
      return drawFacts(block);
    case 'fold':
      return h(
        'details',
        null,
        h('summary', null, plainLine(block.title)),
        h('pre', { tabindex: 0 }, block.lines.map(plainText).join('\n')),
      );
    case 'intervals':
      return drawIntervals(block);
    case 'trend':
      return drawTrend(block);
    case 'timeline':
      return drawTimeline(block);
  }
}

/** A wide table scrolls within its own frame, which the keyboard can reach. */
function drawTable({ caption, head, rows }: Of<'table'>, within: string): ComponentChild {
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': plainLine(`${caption}, ${within}`) },
    h(
      'table',
      null,
      h('caption', null, plainLine(caption)),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          head.map((text, place) =>
            text === '' ? h('td', { key: place }) : h('th', { scope: 'col', key: place }, plainLine(text)),
          ),
        ),
      ),
      h(
        'tbody',
        null,
        rows.map((row, place) => h('tr', { key: place }, row.map(drawCell))),
      ),
    ),
  );
}

const spoken = { met: 'met: ', missed: 'missed: ', inconclusive: 'inconclusive: ' } as const;

function drawCell({ text, verdict }: Cell, place: number): ComponentChild {
  const line = plainLine(text);
  const form = formOf(line);
  if (place === 0) return h('th', { scope: 'row', class: form, key: place }, line);
  if (verdict === undefined) return h('td', { class: form, key: place }, line);
  const told = line.startsWith(verdict) ? null : h('span', { class: 'spoken' }, spoken[verdict]);
  return h(
    'td',
    { class: verdict, key: place },
    h('span', { 'aria-hidden': 'true' }, `${verdictMarks[verdict]}\u00a0`),
    told,
    line,
  );
}

/** Moments and figures stay on one line, digests may break anywhere. */
function formOf(line: string): string | undefined {
  if (/^\d{4}-\d\d-\d\dT\S*$|^[\d.–]+ (?:ms|s)$/.test(line)) return 'whole';
  return /^[0-9a-f]{40,}$/.test(line) ? 'digest' : undefined;
}

function drawFacts({ rows }: Of<'facts'>): ComponentChild {
  return h(
    'dl',
    null,
    rows.map(([label, value]) =>
      h(
        'div',
        { key: label },
        h('dt', null, plainLine(label)),
        value === undefined ? h('dd', { class: 'missing' }, notProvided) : h('dd', null, plainLine(value)),
      ),
    ),
  );
}
