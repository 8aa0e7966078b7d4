/** `kong-drill merge`: the shards of a run, from several machines, as one run with one report. */
import { mergedBefore, mergeShards } from '../../evidence/merge.js';
import { signingKeyIn } from '../../evidence/signature.js';
import { findShards } from '../../evidence/shard-run.js';
import type { ShardRun } from '../../evidence/shard-run.js';
import type { Unstarted } from '../../evidence/unstarted.js';
import { renderConsole } from '../../report/console.js';
import { tellCi } from '../../run/tell-ci.js';
import { worstOf } from '../../run/worst-of.js';
import { writeUnstarted } from '../../run/write-reports.js';
import { systemClock } from '../../system/clock.js';
import type { Command } from '../command.js';
import { junitFlavorOf, junitFlavorOption } from '../junit-option.js';
import { shownPath } from '../shown-path.js';
import { expectSigningKey } from '../signing-key.js';
import { toolName } from '../version.js';
import { expectWritableFolder } from '../writable.js';

export const command: Command = {
  operands: '<folders>…',
  options: {
    out: {
      kind: 'text',
      description: 'folder for the reports and the evidence of the merged run',
      value: 'FOLDER',
      default: 'reports',
    },
    'junit-flavor': junitFlavorOption,
    json: { kind: 'flag', description: 'print the results as JSON' },
  },
  examples: ['merge shard-1/reports shard-2/reports', 'merge shard-*/reports --out reports'],
  run: async (given, { out, err, environment }) => {
    const reportsFolder = given.text('out') ?? 'reports';
    expectSigningKey(environment);
    const { shards, unstarted } = await findShards(given.operands);
    await expectWritableFolder('out', reportsFolder);
    const key = signingKeyIn(environment);
    const broken = new Set(unstarted.map(({ drill }) => drill));
    const merged = [];
    for (const ofDrill of byDrill(shards.filter(({ started }) => !broken.has(started.drill.name)))) {
      const before = await mergedBefore(ofDrill, reportsFolder);
      if (before) err.line(`these shards were merged before, nothing is written: ${before.folder}`);
      merged.push(
        before ??
          (await mergeShards(ofDrill, {
            reportsFolder,
            junitFlavor: junitFlavorOf(given, environment),
            tool: toolName(),
            clock: systemClock(),
            ...(key !== undefined && { signingKeyPem: key }),
          })),
      );
    }
    const results = merged.map(({ result }) => result);
    if (given.flag('json')) out.line(JSON.stringify(results, null, 2));
    else
      for (const { result, folder } of merged)
        out.write(`${renderConsole(result, { color: out.hasColor, width: out.width, folder })}\n`);
    await tellCi(merged, environment, (text) => err.write(text));
    for (const drill of broken) {
      const all = withoutRun(drill, unstarted, shards);
      err.line(`${drill}: ${all.error}`);
      err.line(`  → ${all.hint}`);
      await writeUnstarted(reportsFolder, all);
    }
    return worstOf([...results, ...unstarted].map(({ exitCode }) => exitCode));
  },
};

/** A drill of which a shard broke before it was started cannot be merged; the reports of its other shards are where they were. */
function withoutRun(drill: string, unstarted: readonly Unstarted[], shards: readonly ShardRun[]): Unstarted {
  const own = unstarted.filter((it) => it.drill === drill);
  const others = shards
    .filter(({ started }) => started.drill.name === drill)
    .map(({ folder }) => shownPath(folder));
  const error = own
    .map(
      ({ shard, error: said }) =>
        `${shard ? `shard ${shard.index} of ${shard.of}` : 'it'} could not be started: ${said}`,
    )
    .join('; ');
  const hints = [...new Set(own.map(({ hint }) => hint).filter((hint) => hint !== ''))];
  if (others.length > 0) hints.push(`what the other shards found is in ${others.join(', ')}`);
  const hint = hints.join('; ') || 'run this shard again, then merge';
  return { drill, error, hint, exitCode: worstOf(own.map(({ exitCode }) => exitCode)) };
}

function byDrill(shards: readonly ShardRun[]): readonly (readonly ShardRun[])[] {
  const names = [...new Set(shards.map(({ started }) => started.drill.name))];
  return names.map((name) => shards.filter(({ started }) => started.drill.name === name));
}
