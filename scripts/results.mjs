/** What long runs keep: results, one JSON a line, and the Markdown tables made of them. */
import { existsSync, readFileSync } from 'node:fs';

/** The newest row of each key; none where there is no such file. */
export function newestRows(file, keyOf) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return [...new Map(lines.map((line) => JSON.parse(line)).map((row) => [keyOf(row), row])).values()];
}

export function markdownTable(head, rows) {
  const line = (cells) => `| ${cells.map(cellText).join(' | ')} |`;
  return `${[head, head.map(() => '---'), ...rows].map(line).join('\n')}\n`;
}

function cellText(cell) {
  return String(cell).replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
