/** An option whose value is a time with its unit: more than nothing. */
import { DrillError } from '../model/drill-error.js';
import { parseDurationMs } from '../model/units.js';
import type { Given } from './command.js';

/** @returns milliseconds; `undefined` where nothing was said. @throws DrillError `usage` where it is no time. */
export function timeOf(given: Given, name: string, hint: string): number | undefined {
  const text = given.text(name);
  if (text === undefined) return undefined;
  const ms = parseDurationMs(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new DrillError(
    'usage',
    `--${name}: expected a time with its unit, such as 90s or 20m, got ${JSON.stringify(text)}`,
    hint,
  );
}
