/** What the full run found, line by line, so that a run that was stopped has lost nothing and can be gone on with. */
import { appendFile } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import type { EngineName } from '../engine/engine.js';
import { formatInterval } from '../model/units.js';
import type { RunResult } from '../model/verdict.js';
import { environment } from '../system/environment.js';
import { whyNot } from './engines.js';
import { newestRows } from './kept-rows.js';
import type { ShippedDrill } from './shipped-drills.js';

export interface FullRow {
  readonly what: 'drill' | 'twin';
  readonly drill: string;
  readonly engine: EngineName;
  readonly recovery: string;
  /** `met`, `missed`, `inconclusive`, `refused: …`; of a twin `caught`, … */
  readonly found: string;
  readonly expected: string;
  /** The clocks of a drill; of a twin what was done, and by which case it was seen. */
  readonly detail: string;
  readonly kong: 'real' | 'stand-in' | '';
}

/** Appends a row to the file that `KONG_DRILL_FULL_RESULTS` names; without it nothing is kept. */
export async function keepRow(row: FullRow): Promise<void> {
  const file = environment().KONG_DRILL_FULL_RESULTS;
  if (file !== undefined) await appendFile(file, `${JSON.stringify(row)}\n`);
}

/** What is kept of that drill or twin on that engine, where all of it is as expected: reason enough to leave it out of a run that is gone on with. */
export function asExpectedIn(
  file: string | undefined,
  wanted: Pick<FullRow, 'what' | 'drill' | 'engine'>,
): boolean {
  if (file === undefined) return false;
  const { what, drill, engine } = wanted;
  const those = newestRows<FullRow>(file, (row) =>
    [row.what, row.drill, row.engine, row.recovery].join('/'),
  ).filter((row) => row.what === what && row.drill === drill && row.engine === engine);
  return those.length > 0 && those.every(({ found, expected }) => found === expected);
}

/** Skips a test of a drill or twin whose kept results are all as expected, or for which something is missing. */
export async function skipped(
  context: TestContext,
  wanted: Pick<FullRow, 'what' | 'engine'>,
  drill: ShippedDrill,
): Promise<boolean> {
  const file = environment().KONG_DRILL_FULL_RESULTS;
  const reason = asExpectedIn(file, { ...wanted, drill: drill.name })
    ? `found as expected in ${file}`
    : await whyNot(wanted.engine, drill);
  if (reason !== undefined) context.skip(reason);
  return reason !== undefined;
}

/** `traffic 3.1–3.4 s, config …` of the case of a path. */
export function clocksOf(result: RunResult, recovery: string): string {
  const clocks = result.cases.find((one) => one.recovery === recovery)?.clocks ?? [];
  return clocks
    .map(({ clock, rto }) => `${clock} ${rto ? formatInterval(rto.lowerMs, rto.upperMs) : '–'}`)
    .join(', ');
}
