/** `kong-drill compare`: what differs between two snapshots, or two sources read in one go; reads only. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Comparison } from '../../model/comparison.js';
import { DrillError } from '../../model/drill-error.js';
import type { StageKind } from '../../model/drill-recovery.js';
import type { Difference } from '../../model/journal.js';
import { comparisonOf } from '../../parity/comparison.js';
import { compareSnapshots } from '../../parity/diff.js';
import { fieldsThatDifferAfter } from '../../parity/kinds.js';
import { renderComparisonConsole } from '../../report/comparison/console.js';
import { writeWhole } from '../../system/files.js';
import type { Command, CommandContext, Given } from '../command.js';
import { readBoth } from '../compared-sources.js';
import { exitCodes } from '../exit-codes.js';
import { sourceOperand } from '../kong-source.js';
import { sourceOptions } from '../source-options.js';
import { toolName } from '../version.js';
import { expectWritableFile } from '../writable.js';

const levels = ['equivalent', 'identical'] as const;
const stages = ['database-restore', 'deck-sync', 'ci-replay'] as const satisfies readonly StageKind[];

export const command: Command = {
  operands: '<before> <after>',
  options: {
    level: {
      kind: 'text',
      description: 'equivalent: the same entities by name; identical: ids and times too',
      value: 'LEVEL',
      choices: levels,
      default: 'equivalent',
    },
    after: {
      kind: 'list',
      description: 'what made the second from the first: fields that it makes anew are not compared',
      value: 'STAGE',
      choices: stages,
    },
    ignore: {
      kind: 'list',
      description: 'a field that is not compared; KIND.* for a kind',
      value: 'KIND.FIELD',
    },
    first: { kind: 'text', description: 'differences of a kind spelled out', value: 'N', default: '20' },
    differences: { kind: 'text', description: 'every difference, one a line, as JSON', value: 'FILE' },
    junit: { kind: 'text', description: 'JUnit, a test case for each kind', value: 'FILE' },
    html: { kind: 'text', description: 'one HTML file for people', value: 'FILE' },
    json: { kind: 'flag', description: 'print the result as JSON' },
    ...sourceOptions,
  },
  examples: [
    'compare before.snapshot after.snapshot',
    'compare http://127.0.0.1:8001 nightly.dump',
    'compare monday.snapshot https://admin.example:8444 --after deck-sync --junit TEST-recovery.xml',
  ],
  run: async (given, context) => {
    const [before, after] = given.operands;
    if (before === undefined || after === undefined) {
      throw new DrillError(
        'usage',
        `expected two of: snapshot, ${sourceOperand}; got ${given.operands.length}`,
        'kong-drill compare before.snapshot after.snapshot',
      );
    }
    for (const option of ['differences', 'junit', 'html']) {
      const file = given.text(option);
      if (file !== undefined) await expectWritableFile(option, file);
    }
    const comparison = await compareBoth([before, after], given, context);
    await writeFiles(comparison, given);
    print(comparison, given, context);
    return exitCodes[comparison.verdict];
  },
};

async function compareBoth(
  names: readonly [string, string],
  given: Given,
  context: CommandContext,
): Promise<Comparison> {
  const [before, after] = await readBoth(names, given, context);
  const level = levels.find((each) => each === given.text('level')) ?? 'equivalent';
  const passed = stages.filter((stage) => given.list('after').includes(stage));
  const ignored = [...fieldsThatDifferAfter(passed), ...given.list('ignore')];
  const file = given.text('differences');
  const all = file === undefined ? undefined : createWriteStream(file);
  if (all) await once(all, 'open');
  const kinds = compareSnapshots(before.snapshot, after.snapshot, {
    level,
    ignore: ignored,
    firstDifferences: wholeNumber(given.text('first') ?? ''),
    ...(all && { onDifference: (each: Difference) => void all.write(`${JSON.stringify(each)}\n`) }),
  });
  if (all) {
    all.end();
    await once(all, 'finish');
  }
  const terms = { tool: toolName(), level, ignored: given.list('ignore') };
  return comparisonOf(before, after, { kinds, terms });
}

async function writeFiles(comparison: Comparison, given: Given): Promise<void> {
  const [junit, html] = [given.text('junit'), given.text('html')];
  if (junit !== undefined) {
    const { renderComparisonJunit } = await import('../../report/comparison/junit.js');
    await writeWhole(junit, await renderComparisonJunit(comparison));
  }
  if (html !== undefined) {
    const { renderComparisonHtml } = await import('../../report/comparison/html.js');
    await writeWhole(html, renderComparisonHtml(comparison));
  }
}

function print(comparison: Comparison, given: Given, { out }: CommandContext): void {
  if (given.flag('json')) out.line(JSON.stringify(comparison, null, 2));
  else out.write(renderComparisonConsole(comparison, { color: out.hasColor, width: out.width }));
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new DrillError('usage', `expected --first N, got ${JSON.stringify(text)}`, '--first 20');
}
