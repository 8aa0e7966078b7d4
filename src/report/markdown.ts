/** The report as Markdown: for a job summary, a merge request, a wiki. */
import { formatDuration } from '../model/units.js';
import type { RunResult } from '../model/verdict.js';
import { documentOf } from './compose-document.js';
import { notProvided } from './document.js';
import type { Block, Cell, ReportDocument, Section } from './document.js';
import { incompleteSentence } from './missing.js';
import { verdictMarks } from './paint.js';
import { plainLine, plainText } from './plain-text.js';
import { rehearsalSentence } from './rehearsal.js';

export function renderMarkdown(result: RunResult): string {
  return renderMarkdownOf(documentOf(result));
}

export function renderMarkdownOf(document: ReportDocument): string {
  const head = [
    `# ${escapeMarkdown(document.title)}`,
    `**${document.badge.text}** ${escapeMarkdown(document.sentence)}`,
    document.facts.map(escapeMarkdown).join(' · '),
    ...(document.realThing === undefined
      ? []
      : [`> **${escapeMarkdown(rehearsalSentence)}** ${escapeMarkdown(document.realThing)}`]),
    ...(document.missing.length === 0
      ? []
      : [
          `**${incompleteSentence}** Missing:`,
          document.missing.map((line) => `- ${escapeMarkdown(line)}`).join('\n'),
        ]),
  ];
  return `${[...head, ...document.sections.flatMap(sectionLines)].join('\n\n')}\n`;
}

function sectionLines({ title, blocks }: Section): string[] {
  return [`## ${escapeMarkdown(title)}`, ...blocks.map(blockText).filter((text) => text !== '')];
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.strong === true ? `**${escapeMarkdown(block.text)}**` : escapeMarkdown(block.text);
    case 'list':
      return block.items.map((item) => `- ${escapeMarkdown(item)}`).join('\n');
    case 'table':
      return `${escapeMarkdown(block.caption)}:\n\n${table(block.head, block.rows)}`;
    case 'facts':
      return table(
        ['', ''],
        block.rows.map(([label, value]) => [{ text: label }, { text: value ?? notProvided }]),
      );
    case 'fold':
      return `<details><summary>${escapeMarkdown(block.title)}</summary>\n\n${fenced(block.lines)}\n\n</details>`;
    case 'intervals':
    case 'trend':
      return '';
    case 'timeline':
      return timeline(block);
  }
}

/** A picture in HTML; here its spans, in order. */
function timeline(block: Extract<Block, { kind: 'timeline' }>): string {
  const spans = block.lanes.flatMap((lane) => lane.spans.map((span) => ({ lane: lane.label, ...span })));
  const marks = block.marks.map((mark) => ({
    lane: mark.label,
    label: '',
    fromMs: mark.atMs,
    toMs: mark.atMs,
  }));
  const rows = [...spans, ...marks]
    .sort((a, b) => a.fromMs - b.fromMs)
    .map((it) =>
      [formatDuration(Math.max(0, it.fromMs - block.fromMs)), it.lane, it.label].map((text) => ({ text })),
    );
  return `${escapeMarkdown(block.title)}:\n\n${table(['After', 'What', ''], rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head.map(escapeMarkdown)),
    line(head.map(() => '---')),
    ...rows.map((row) =>
      line(
        row.map(
          (cell) => `${cell.verdict ? `${verdictMarks[cell.verdict]} ` : ''}${escapeMarkdown(cell.text)}`,
        ),
      ),
    ),
  ].join('\n');
}

/** Text that Markdown leaves alone: on one line, and without anything that it would read as a mark, a link or HTML. */
export function escapeMarkdown(text: string): string {
  return plainLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/^([#+-]|\d+[.)])(?=\s|$)/, '\\$1')
    .replace(/@(?=\w)/g, '@\u200b')
    .replace(/:\/\//g, ':\u200b//');
}

/** A fence longer than any that the text holds. */
function fenced(lines: readonly string[]): string {
  const text = lines.map((line) => plainText(line)).join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
