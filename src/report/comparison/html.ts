/** A comparison as one HTML file. */
import type { Comparison } from '../../model/comparison.js';
import { isJudged, verdictOfKind } from '../../model/kind-figures.js';
import type { Block, Section } from '../document.js';
import { renderPage } from '../html/html.js';
import { comparisonLabels, detailLines, kindLine } from './words.js';

export function renderComparisonHtml(comparison: Comparison): string {
  const { verdict, sentence, level, tool, before, after } = comparison;
  return renderPage({
    title: `${before.name} and ${after.name}`,
    badge: { text: comparisonLabels[verdict].toUpperCase(), verdict },
    sentence,
    facts: [`level ${level}`, `read ${before.takenAtUtc} and ${after.takenAtUtc}`],
    missing: [],
    sections: [...kindsSection(comparison), differencesSection(comparison), sourcesSection(comparison)],
    footer: tool,
  });
}

function kindsSection({ kinds }: Comparison): Section[] {
  const rows = kinds.map((kind) => {
    return [
      { text: kind.kind },
      { text: String(kind.before) },
      { text: String(kind.after) },
      { text: kindLine(kind), ...(isJudged(kind) ? { verdict: verdictOfKind(kind) } : {}) },
    ];
  });
  const table: Block = {
    kind: 'table',
    caption: 'By kind',
    head: ['kind', 'before', 'after', 'found'],
    rows,
  };
  return [{ id: 'kinds', title: 'Kinds', blocks: [table] }];
}

function differencesSection(comparison: Comparison): Section {
  const blocks = comparison.kinds.flatMap((kind): Block[] => {
    const items = detailLines(comparison, kind);
    if (items.length === 0) return [];
    return [
      { kind: 'paragraph', text: `${kind.kind}: ${kindLine(kind)}`, strong: true },
      { kind: 'list', items },
    ];
  });
  const none: Block = { kind: 'paragraph', text: 'None.' };
  return { id: 'differences', title: 'Differences', blocks: blocks.length === 0 ? [none] : blocks };
}

function sourcesSection({ before, after, level, ignored }: Comparison): Section {
  const side = ({ name, source, takenAtUtc, entities }: Comparison['before']): string =>
    `${name}: ${source}, read ${takenAtUtc}, ${entities} entities`;
  const rows = [
    ['Before', side(before)],
    ['After', side(after)],
    ['Level', level],
    ['Not compared', ignored.length === 0 ? 'nothing was left out' : ignored.join(', ')],
  ] as const;
  return { id: 'sources', title: 'What was compared', blocks: [{ kind: 'facts', rows }] };
}
