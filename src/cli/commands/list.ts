/** `kong-drill list`: the drills of a folder. */
import { collectDrills } from '../../drillfile/collect.js';
import type { DrillOnDisk } from '../../drillfile/collect.js';
import { earlierRunsIn, readReports } from '../../evidence/earlier-runs.js';
import { DrillError } from '../../model/drill-error.js';
import { matrixOf } from '../../model/matrix.js';
import { renderMatrix } from '../../report/matrix.js';
import { painter } from '../../report/paint.js';
import { sha256 } from '../../system/files.js';
import type { Command, CommandContext, Given } from '../command.js';
import { drillsTagged, printProblems, shortened, tagOption, tellSkipped, usualDrills } from '../drill-set.js';
import { counted } from '../../model/units.js';
import { exitCodes } from '../exit-codes.js';
import { expectReports } from '../reports-option.js';
import { styled } from '../terminal.js';

export const command: Command = {
  operands: '[files|folders]…',
  usually: usualDrills,
  options: {
    tag: tagOption,
    matrix: {
      kind: 'flag',
      description: 'print disaster × recovery path, with the verdict that each last got',
    },
    out: { kind: 'text', description: 'folder of the reports that --matrix reads', value: 'FOLDER' },
    json: { kind: 'flag', description: 'print the list as JSON' },
  },
  examples: ['list', 'list drills --tag nightly', 'list --matrix'],
  run: async (given, { out, err }) => {
    const { drills, problems, files, skipped } = collectDrills(given.operands);
    if (given.text('out') !== undefined && !given.flag('matrix'))
      throw new DrillError(
        'usage',
        '--out says nothing without --matrix',
        'kong-drill list --matrix --out …',
      );
    tellSkipped(skipped, err);
    if (drills.length === 0) {
      printProblems(problems, files.length, err);
      return exitCodes.usage;
    }
    const chosen = drillsTagged(drills, given.list('tag'));
    if (given.flag('matrix')) await printMatrix(chosen, given, out);
    else if (given.flag('json')) out.line(JSON.stringify(chosen.map(entryOf), null, 2));
    else print(chosen, out);
    const wrong = [...new Set(problems.map(({ file }) => file))];
    if (wrong.length === 0) return exitCodes.met;
    err.line(
      styled('yellow', `${wrong.length} of ${counted(files.length, 'file')} not valid. `),
      `See: kong-drill validate ${shortened(given.operands.length > 0 && wrong.length > 3 ? given.operands : wrong)}`,
    );
    return exitCodes.usage;
  },
};

async function printMatrix(
  drills: readonly DrillOnDisk[],
  given: Given,
  out: CommandContext['out'],
): Promise<void> {
  const folder = given.text('out') ?? 'reports';
  if (given.text('out') !== undefined) await expectReports('out', folder);
  const reports = await readReports(folder);
  const rows = matrixOf(
    await Promise.all(
      drills.map(async ({ drill, text }) => ({
        drill,
        sha256: sha256(text),
        runs: await earlierRunsIn(reports, drill.name),
      })),
    ),
  );
  if (given.flag('json')) out.line(JSON.stringify(rows, null, 2));
  else out.write(`${renderMatrix(rows, painter(out.hasColor))}\n`);
}

function entryOf({ file, drill }: DrillOnDisk) {
  return {
    file,
    name: drill.name,
    title: drill.title ?? null,
    tags: drill.tags ?? [],
    recovery: Object.keys(drill.recovery),
  };
}

function print(drills: readonly DrillOnDisk[], out: CommandContext['out']): void {
  for (const { file, drill } of drills) {
    const tags = drill.tags === undefined ? '' : `  [${drill.tags.join(', ')}]`;
    out.line(styled('bold', drill.name), styled('dim', tags), `  ${file}`);
    if (drill.title !== undefined) out.line(`  ${drill.title}`);
    out.line(`  recovery paths: ${Object.keys(drill.recovery).join(', ')}`);
  }
}
