/** An option whose value is a number of things: 1 or more. */
import { DrillError } from '../model/drill-error.js';
import type { Given } from './command.js';

export interface CountTerms {
  /** The largest that is taken. */
  readonly most: number;
  /** What to do next where it is none. */
  readonly hint: string;
}

/** @returns `undefined` where nothing was said. @throws DrillError `usage` where it is not a whole number from 1 on. */
export function countOf(given: Given, name: string, { most, hint }: CountTerms): number | undefined {
  const text = given.text(name);
  if (text === undefined) return undefined;
  const count = Number(text);
  if (/^[1-9]\d*$/.test(text) && count <= most) return count;
  throw new DrillError(
    'usage',
    `--${name}: expected a number from 1 to ${most}, got ${JSON.stringify(text)}`,
    hint,
  );
}
