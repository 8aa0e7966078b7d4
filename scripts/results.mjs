/** Markdown tables of what long runs keep. */

export function markdownTable(head, rows) {
  const line = (cells) => `| ${cells.map(cellText).join(' | ')} |`;
  return `${[head, head.map(() => '---'), ...rows].map(line).join('\n')}\n`;
}

function cellText(cell) {
  return String(cell).replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
