/** What the full run found, line by line, so that a run that was stopped has lost nothing and can be gone on with. */
import { appendFile } from 'node:fs/promises';
import type { EngineName } from '../engine/engine.js';
import { formatInterval } from '../model/units.js';
import type { RunResult } from '../model/verdict.js';
import { environment } from '../system/environment.js';

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

/** `traffic 3.1–3.4 s, config …` of the case of a path. */
export function clocksOf(result: RunResult, recovery: string): string {
  const clocks = result.cases.find((one) => one.recovery === recovery)?.clocks ?? [];
  return clocks
    .map(({ clock, rto }) => `${clock} ${rto ? formatInterval(rto.lowerMs, rto.upperMs) : '–'}`)
    .join(', ');
}
