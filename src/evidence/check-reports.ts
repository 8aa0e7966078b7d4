/** Every report of a run against the one that its journal gives. */
import { join } from 'node:path';
import { renderReports, resultFileName } from '../report/files.js';
import { junitFileName } from '../report/junit.js';
import type { RunResult } from '../model/verdict.js';
import { textIn } from '../system/files.js';
import { checkOf, unproven } from './check.js';
import type { Check } from './check.js';
import { junitOptionsIn } from './junit-form.js';

/** Draws every report again from the journal as it is judged, `undefined` where it cannot be; what differs by one byte is named. Another version of the tool may differ. */
export async function checkReports(
  folder: string,
  result: RunResult | undefined,
  tool?: string,
): Promise<Check> {
  if (!result) return checkOf('reports', ['the journal cannot be judged']);
  const junitFile = junitFileName(result.drill.name);
  const junit = await textIn(join(folder, junitFile));
  const faults: string[] = [];
  for (const [name, expected] of await renderReports(result, junitOptionsIn(junit ?? ''))) {
    const found = await textIn(join(folder, name));
    if (found === undefined) faults.push(`${name} is missing`);
    else if (found !== expected)
      faults.push(`${name} is not what the journal gives${whereOf(name, found, expected)}`);
  }
  if (faults.length === 0 || tool === undefined || tool === result.tool) return checkOf('reports', faults);
  return unproven(
    'reports',
    `drawn by ${result.tool}, and ${tool} draws some of them otherwise: verify them with that version`,
    ...faults,
  );
}

function whereOf(name: string, found: string, expected: string): string {
  if (name !== resultFileName) return '';
  const lines = expected.split('\n');
  const place = found.split('\n').findIndex((line, at) => line !== lines[at]);
  return place === -1 ? '' : `, line ${place + 1}: expected ${(lines[place] ?? '').trim()}`;
}
