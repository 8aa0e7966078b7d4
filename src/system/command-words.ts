/** What a failed command said, short enough for a sentence. The whole of it belongs into a log. */
import type { CommandResult } from './command.js';

type Failed = Pick<CommandResult, 'failure' | 'stdout' | 'stderr'>;

/** Of one line, and of all of them. */
const lineCharacters = 300;
const shownLines = 6;

/** How it ended, and what it said on standard error, else on standard output: each line once, the last few at most. */
export function failureInWords({ failure, stdout, stderr }: Failed): string {
  const lines = withCounts(stderr.trim() === '' ? stdout : stderr);
  const shown = lines.length > shownLines ? ['…', ...lines.slice(-shownLines)] : lines;
  return [failure, shown.join('\n')].filter((text) => text !== '').join(': ');
}

/** How it ended, and what it said first of an error on standard error; the last line, where none says so. */
export function failureInOneLine({ failure, stderr }: Pick<Failed, 'failure' | 'stderr'>): string {
  const lines = stderr.trim().split('\n');
  const first = lines.findIndex((line) => /\b(?:error|fatal)\b/i.test(line));
  const said = lines.slice(first, first === -1 ? undefined : first + 2).map((line) => line.trim());
  // A heading says nothing without what stands below it.
  const line = said[0]?.endsWith(':') === true ? said.join(' ') : (said[0] ?? '');
  return [failure, shortened(line)].filter((text) => text !== '').join(': ');
}

/** Each line where it came first, with how often it came. */
function withCounts(output: string): string[] {
  const times = new Map<string, number>();
  for (const line of output
    .trim()
    .split('\n')
    .map((text) => text.trimEnd()))
    if (line !== '') times.set(line, (times.get(line) ?? 0) + 1);
  return [...times].map(([line, count]) =>
    count === 1 ? shortened(line) : `${shortened(line)} (${count} times)`,
  );
}

/** The mark at its end also tells the redaction that a secret may have been cut in half there. */
export function shortened(text: string, mostCharacters = lineCharacters): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}
