/** `kong-drill report`: every report of a run drawn again from its journal, also of a run that was killed. */
import { findRun } from '../../evidence/find-runs.js';
import { rebuildReports } from '../../evidence/rebuild-reports.js';
import { missingOf } from '../../report/missing.js';
import type { Command } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { junitFlavorOf, junitFlavorOption } from '../junit-option.js';
import { shownPath } from '../shown-path.js';
import { styled } from '../terminal.js';
import { expectWritableFolder } from '../writable.js';

export const command: Command = {
  operands: '<run>',
  options: {
    out: { kind: 'text', description: "folder for the reports; the run's own by default", value: 'FOLDER' },
    'junit-flavor': junitFlavorOption,
  },
  examples: ['report reports/postgres-lost/latest', 'report reports/postgres-lost/latest --out again'],
  run: async (given, { out, err, environment }) => {
    const folder = await findRun(given.operands[0] ?? '');
    const target = given.text('out');
    if (target !== undefined) await expectWritableFolder('out', target);
    const flavor = junitFlavorOf(given, environment);
    const { result, files } = await rebuildReports(folder, {
      junit: { flavor, baseFolder: target ?? shownPath(folder) },
      ...(target !== undefined && { out: target }),
    });
    for (const file of files) out.line(`${target ?? shownPath(folder)}/${file}`);
    const missing = missingOf(result);
    if (missing.length === 0) return exitCodes.met;
    err.line(styled('yellow', 'The record of this run is not complete. Missing:'));
    for (const line of missing) err.line(`  - ${line}`);
    return exitCodes.inconclusive;
  },
};
