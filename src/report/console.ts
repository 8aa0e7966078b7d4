/** What a person reads when a run is over: the verdict first, then the paths side by side, then what is wrong, and where the rest is. */
import { formatDuration } from '../model/units.js';
import type { ObjectiveResult, RunResult, Verdict } from '../model/verdict.js';
import { painter, verdictMarks } from './paint.js';
import type { Painter } from './paint.js';
import { plainLine, shorten } from './plain-text.js';
import { raceOf, skippedLines, troubles } from './race.js';
import type { Race, RacePath } from './race.js';
import { realThing, rehearsalSentence } from './rehearsal.js';

export interface ConsoleOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Where the reports of this run are, as the user can type it. */
  readonly folder?: string;
}

const troublesShown = 6;
const detailsShown = 3;
const detailCharacters = 240;
const labelWidth = 16;

export function renderConsole(result: RunResult, options: ConsoleOptions): string {
  const paint = painter(options.color);
  const race = raceOf(result);
  const blocks = [
    headline(result, paint, options.width),
    raceTable(race, paint, options.width),
    ...race.paths.map((path) => pathTroubles(path, paint, options.width)),
    findings(race, paint, options.width),
    skipped(result, paint, options.width),
    rehearsal(result, paint, options.width),
    options.folder === undefined ? '' : `Report: ${plainLine(options.folder)}`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function headline(result: RunResult, paint: Painter, width: number): string {
  const { drill, engine, durationMs, complete } = result;
  const facts = [
    drill.name,
    `engine ${engine}`,
    formatDuration(durationMs),
    ...(complete ? [] : ['not complete']),
  ];
  const sentence = wrap(plainLine(result.sentence), width).join('\n');
  return `${paint.verdict(result.verdict, verdictLabels[result.verdict])}  ${paint.faint(facts.map(plainLine).join(' · '))}\n${sentence}`;
}

const verdictLabels: Readonly<Record<Verdict, string>> = {
  met: ' MET ',
  missed: ' MISSED ',
  inconclusive: ' INCONCLUSIVE ',
};

/** Measures down, paths across; as many paths in a row as fit. */
function raceTable({ paths, rows }: Race, paint: Painter, width: number): string {
  if (paths.length === 0) return '';
  const targets = Math.max(0, ...rows.map((row) => row.target.length));
  const columns = paths.map((path, index) =>
    Math.max(nameOf(path).length, ...rows.map((row) => (row.cells[index]?.text ?? '').length + 2)),
  );
  const blocks: string[] = [];
  for (let from = 0; from < paths.length;) {
    const to = fitting(columns, from, width - labelWidth - targets - 2);
    const shown = columns.slice(from, to);
    const head = `${' '.repeat(labelWidth)}${'target'.slice(0, targets).padEnd(targets)}  ${shown
      .map((column, index) => headOf(paths[from + index], column, paint))
      .join('  ')}`;
    const lines = rows.map((row) => {
      const cells = shown.map((column, index) => {
        const { text = '', verdict } = row.cells[from + index] ?? {};
        return paint.verdict(verdict, `${marks[verdict ?? 'none']} ${text}`.padEnd(column));
      });
      return `${row.label.padEnd(labelWidth)}${paint.faint(row.target.padEnd(targets))}  ${cells.join('  ')}`;
    });
    blocks.push([head, ...lines].map((line) => line.trimEnd()).join('\n'));
    from = to;
  }
  return blocks.join('\n\n');
}

const marks: Readonly<Record<Verdict | 'none', string>> = { ...verdictMarks, none: ' ' };

function fitting(columns: readonly number[], from: number, room: number): number {
  let to = from;
  for (let used = 0; to < columns.length; to += 1) {
    used += (columns[to] ?? 0) + 2;
    if (used > room && to > from) break;
  }
  return to;
}

function nameOf({ recovery, repetitions }: RacePath): string {
  return repetitions > 1 ? `${recovery} (worst of ${repetitions})` : recovery;
}

function headOf(path: RacePath | undefined, column: number, paint: Painter): string {
  return path ? paint.verdict(path.verdict, nameOf(path).padEnd(column)) : '';
}

function pathTroubles(path: RacePath, paint: Painter, width: number): string {
  const all = troubles(path.shown);
  if (all.length === 0) return '';
  const note = path.required || path.verdict === 'met' ? '' : ' (not required)';
  const head = `${paint.strong(path.recovery)}: ${path.verdict}${note}`;
  const lines = all.slice(0, troublesShown).flatMap((it) => troubleLines(it, paint, width));
  const more = all.length - troublesShown;
  const { error, hint } = path.shown;
  const hints = error !== undefined && hint !== undefined ? wrapped('  → ', hint, width) : [];
  return [head, ...lines, ...(more > 0 ? [`  … and ${more} more, see the report`] : []), ...hints].join('\n');
}

function troubleLines(it: ObjectiveResult, paint: Painter, width: number): string[] {
  const [first = '', ...rest] = wrapped(`  ${marks[it.verdict]} `, `${it.title}: ${it.reason}`, width);
  const details = it.details
    .slice(0, detailsShown)
    .flatMap((line) => wrapped('      ', shorten(plainLine(line), detailCharacters), width));
  const more = it.details.length - detailsShown;
  const tail = more > 0 ? [`      … and ${more} more`] : [];
  return [
    paint.verdict(it.verdict, first),
    ...rest,
    ...[...details, ...tail].map((line) => paint.faint(line)),
  ];
}

function findings({ paths }: Race, paint: Painter, width: number): string {
  const notes = paths.flatMap(({ recovery, shown }) =>
    shown.notes.filter((note) => note.level !== 'info').map((note) => `${recovery}: ${note.text}`),
  );
  const lines = [...new Set(notes)].slice(0, troublesShown).flatMap((note) => wrapped('  ! ', note, width));
  return lines.length === 0 ? '' : [paint.strong('Findings'), ...lines].join('\n');
}

function skipped(result: RunResult, paint: Painter, width: number): string {
  const lines = skippedLines(result).flatMap((line) => wrapped('  - ', line, width));
  return lines.length === 0
    ? ''
    : [paint.strong('Skipped, so nothing is known of them'), ...lines].join('\n');
}

function rehearsal(result: RunResult, paint: Painter, width: number): string {
  if (!result.rehearsal) return '';
  return [
    paint.strong(wrap(rehearsalSentence, width).join('\n')),
    ...wrap(realThing(result.engine), width),
  ].join('\n');
}

function wrapped(lead: string, text: string, width: number): string[] {
  const lines = wrap(plainLine(text), Math.max(20, width - lead.length));
  return lines.map((line, index) => (index === 0 ? lead : ' '.repeat(lead.length)) + line);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
