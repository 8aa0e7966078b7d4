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

/** How it ended, and the last line of what it said on standard error. */
export function failureInOneLine({ failure, stderr }: Pick<Failed, 'failure' | 'stderr'>): string {
  return [failure, shortened(lastLine(stderr))].filter((text) => text !== '').join(': ');
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.trim() ?? '';
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
