/** The table disaster × recovery path for a console. */
import { pathKinds } from '../model/matrix.js';
import type { MatrixPath, MatrixRow } from '../model/matrix.js';
import { verdictMarks } from './paint.js';
import type { Painter } from './paint.js';
import { plainLine } from './plain-text.js';

const gap = '  ';
const legend = `${verdictMarks.met} met  ${verdictMarks.missed} missed  ${verdictMarks.inconclusive} inconclusive  – not run yet  * the drill has changed since`;

/** Columns that no drill has are left out. */
export function renderMatrix(rows: readonly MatrixRow[], paint: Painter): string {
  const kinds = pathKinds.filter((kind) =>
    rows.some(({ paths }) => paths.some((path) => path.kind === kind)),
  );
  const cellsOf = (row: MatrixRow) => kinds.map((kind) => row.paths.filter((path) => path.kind === kind));
  const widths = kinds.map((kind, index) =>
    Math.max(kind.length, ...rows.map((row) => textOf(cellsOf(row)[index] ?? []).length)),
  );
  const first = Math.max(...rows.map(({ drill }) => drill.length)) + gap.length;
  const heads = kinds.map((kind, index) => kind.padEnd(widths[index] ?? 0));
  const lines = rows.flatMap((row, place) => {
    const cells = cellsOf(row).map((paths, index) => {
      const room = (widths[index] ?? 0) - textOf(paths).length;
      return `${paths.map((path) => painted(path, paint)).join(' ')}${' '.repeat(Math.max(0, room))}`;
    });
    const run = lastRunOf(row);
    const line = [
      `${gap}${row.drill.padEnd(first)}`,
      ...cells,
      ...(run === undefined ? [] : [paint.faint(run)]),
    ].join(gap);
    const isNew = row.disaster !== rows[place - 1]?.disaster;
    return [...(isNew ? ['', paint.strong(plainLine(row.disaster))] : []), line.trimEnd()];
  });
  const head = [`${gap}${' '.repeat(first)}`, ...heads, 'last run'].join(gap);
  return [head.trimEnd(), ...lines, '', paint.faint(legend)].join('\n');
}

function textOf(paths: readonly MatrixPath[]): string {
  return paths.map(wordsOf).join(' ');
}

function wordsOf({ recovery, last }: MatrixPath): string {
  if (last === undefined) return `– ${recovery}`;
  return `${verdictMarks[last.verdict]} ${recovery}${last.changed ? '*' : ''}`;
}

function painted(path: MatrixPath, paint: Painter): string {
  return paint.verdict(path.last?.verdict, wordsOf(path));
}

function lastRunOf({ paths }: MatrixRow): string | undefined {
  const newest = paths
    .flatMap(({ last }) => (last ? [last] : []))
    .sort((a, b) => (a.utc < b.utc ? 1 : -1))[0];
  if (newest === undefined) return undefined;
  return `${newest.utc.slice(0, 10)}, ${newest.engine}${newest.rehearsal ? ', rehearsal' : ''}`;
}
