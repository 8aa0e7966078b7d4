/** Colours of a terminal, or none. */
import type { Verdict } from '../model/verdict.js';

export interface Painter {
  verdict(verdict: Verdict | undefined, text: string): string;
  strong(text: string): string;
  faint(text: string): string;
}

/** The mark says the same as the colour: some readers, and all files, have none. */
export const verdictMarks: Readonly<Record<Verdict, string>> = { met: '✓', missed: '✗', inconclusive: '?' };

const codes: Readonly<Record<Verdict, number>> = { met: 32, missed: 31, inconclusive: 33 };

export function painter(color: boolean): Painter {
  const wrap = (open: number, close: number, text: string) =>
    color ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    verdict: (verdict, text) => (verdict === undefined ? text : wrap(codes[verdict], 39, text)),
    strong: (text) => wrap(1, 22, text),
    faint: (text) => wrap(2, 22, text),
  };
}
