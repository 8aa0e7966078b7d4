/** What is wrong with a drill file, and where. */
import { didYouMean } from './words.js';

export type Path = readonly (string | number)[];

/** Something wrong in a drill, before anybody knows the line. */
export interface Problem {
  /** Keys and indices from the top of the file; where something is missing, the place that lacks it. */
  readonly path: Path;
  /** Whether the key itself is wrong, or what stands under it. */
  readonly at: 'key' | 'value';
  /** A sentence without a full stop: what was expected, what was found. */
  readonly message: string;
  readonly suggestion?: string;
  /** The next thing to do, where it is more than correcting the line. */
  readonly hint?: string;
}

/** The same, in a file. Lines and columns are counted from 1; what cannot be read, and a folder, has none. */
export interface LocatedProblem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** E.g. `recovery.restore-db[0].from`; empty for the file as a whole. */
  readonly where: string;
  readonly message: string;
  readonly suggestion?: string;
  readonly hint?: string;
}

/** The form of every comparison: `expected X, got Y`. */
export function mismatch(expected: string, got: string): string {
  return `expected ${expected}, got ${got}`;
}

/** `recovery.restore-db[0].from` */
export function formatPath(path: Path): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

/** One problem for people: a line that editors can jump to, and under it what to do where that is not plain. */
export function formatProblem(problem: LocatedProblem): string {
  const { file, line, column, where, message, suggestion, hint } = problem;
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const subject = where === '' ? '' : `${where}: `;
  const next = hint === undefined ? '' : `\n    → ${hint}`;
  return `${place}: ${subject}${message}${didYouMean(suggestion)}${next}`;
}

/** By position, each one once: an anchor used twice does not make its mistake two. */
export function inOrder(problems: readonly LocatedProblem[]): readonly LocatedProblem[] {
  const seen = new Map<string, LocatedProblem>();
  for (const problem of problems) {
    const key = `${problem.line ?? 0}:${problem.column ?? 0}:${problem.message}`;
    if (!seen.has(key)) seen.set(key, problem);
  }
  return [...seen.values()].sort(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}
