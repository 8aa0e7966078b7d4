/** `kong-drill list`: the drills of a folder. */
import { collectDrills, withTags } from '../../drillfile/collect.js';
import type { DrillOnDisk } from '../../drillfile/collect.js';
import type { Command, CommandContext } from '../command.js';
import { count, tagOption } from '../drill-set.js';
import { exitCodes } from '../exit-codes.js';
import { styled } from '../terminal.js';

export const command: Command = {
  operands: '[files|folders]…',
  options: { tag: tagOption, json: { kind: 'flag', description: 'print the list as JSON' } },
  examples: ['list', 'list drills --tag nightly'],
  run: (given, { out, err }) => {
    const paths = given.operands.length === 0 ? ['drills'] : given.operands;
    const { drills, problems, files } = collectDrills(paths);
    const chosen = withTags(drills, given.list('tag'));
    if (given.flag('json')) out.line(JSON.stringify(chosen.map(entryOf), null, 2));
    else print(chosen, out);
    const wrong = [...new Set(problems.map(({ file }) => file))];
    if (wrong.length === 0) return exitCodes.met;
    err.line(
      styled('yellow', `${wrong.length} of ${count(files.length, 'file')} not valid. `),
      `See: kong-drill validate ${wrong.join(' ')}`,
    );
    return chosen.length === 0 ? exitCodes.usage : exitCodes.met;
  },
};

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
  if (drills.length === 0) out.line('No drills. Write one after drills/quickstart.yaml.');
  for (const { file, drill } of drills) {
    const tags = drill.tags === undefined ? '' : `  [${drill.tags.join(', ')}]`;
    out.line(styled('bold', drill.name), styled('dim', tags), `  ${file}`);
    if (drill.title !== undefined) out.line(`  ${drill.title}`);
    out.line(`  recovery paths: ${Object.keys(drill.recovery).join(', ')}`);
  }
}
