/** Dated Markdown tables of what long runs keep. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes `reports/examples/NAME-DATE.md`, of what is given the date and the version. @returns the file. */
export function writeDated(name, linesOf) {
  const date = new Date().toISOString().slice(0, 10);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const folder = join('reports', 'examples');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}-${date}.md`);
  writeFileSync(file, linesOf({ date, version }).join('\n'));
  return file;
}

export function markdownTable(head, rows) {
  const line = (cells) => `| ${cells.map(cellText).join(' | ')} |`;
  return `${[head, head.map(() => '---'), ...rows].map(line).join('\n')}\n`;
}

function cellText(cell) {
  return String(cell).replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
