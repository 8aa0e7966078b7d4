/** All that is printed goes through here: colours where they are wanted, and no control characters from files. */
import type { Environment } from '../system/environment.js';

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Terminal {
  readonly isTty: boolean;
  readonly hasColor: boolean;
  /** Columns; 100 where nobody says. */
  readonly width: number;
  /** Prints what parts say, and a line break. */
  line(...parts: readonly Part[]): void;
  /** Prints text that was made for a terminal: colours and cursor movements stay, other control characters go. */
  write(text: string): void;
  /** Lines that stay the last ones, whatever is printed, until others take their place; absent where lines cannot be taken back. */
  readonly footer?: (lines: readonly string[]) => void;
}

export type Part = string | { readonly style: Style; readonly text: string };
export type Style = keyof typeof styles;

const styles = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

/**
 * `FORCE_COLOR` wins over `NO_COLOR`, and both over what the output is.
 * @param inWords what is said in place of a text.
 */
export function openTerminal(
  output: Output,
  environment: Environment,
  inWords = (text: string): string => text,
): Terminal {
  const isTty = output.isTTY === true;
  const hasColor = wantsColor(isTty, environment);
  let footer: readonly string[] = [];
  const print = (text: string, next = footer) => {
    const above = footer.length === 0 ? '' : `\u001b[${footer.length}A\u001b[J`;
    footer = next;
    output.write(
      `${above}${inWords(text)}${next.map((line) => `${withoutForeignControls(line)}\n`).join('')}`,
    );
  };
  return {
    isTty,
    hasColor,
    width: output.columns ?? 100,
    line: (...parts) => print(`${parts.map((part) => rendered(part, hasColor)).join('')}\n`),
    write: (text) => print(withoutForeignControls(text)),
    ...(isTty && environment.TERM !== 'dumb' && { footer: (lines) => print('', lines) }),
  };
}

export const styled = (style: Style, text: string): Part => ({ style, text });

/** Without anything that a terminal would obey: escape sequences, control characters, marks that turn the direction of text. */
export function plain(text: string): string {
  return text.replace(controls, (character) => (character === '\n' || character === '\t' ? character : '�'));
}

function wantsColor(isTty: boolean, { FORCE_COLOR, NO_COLOR, TERM }: Environment): boolean {
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return isTty && TERM !== 'dumb';
}

function rendered(part: Part, hasColor: boolean): string {
  if (typeof part === 'string') return plain(part);
  if (!hasColor) return plain(part.text);
  const [open, close] = styles[part.style];
  return `\u001b[${open}m${plain(part.text)}\u001b[${close}m`;
}

const controls = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
// Colours, cursor up, erase line or screen below, column, show or hide the cursor; carriage return, line feed, tab.

const allowed = /\u001b\[(?:[0-9;]*[mAGJK]|\?25[hl])|[\r\n\t]/g;

function withoutForeignControls(text: string): string {
  let kept = '';
  let from = 0;
  for (const match of text.matchAll(allowed)) {
    kept += plain(text.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return kept + plain(text.slice(from));
}
