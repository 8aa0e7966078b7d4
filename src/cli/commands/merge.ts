/** `kong-drill merge`: the shards of a run, from several machines, as one run with one report. */
import { mergeShards } from '../../evidence/merge.js';
import { findShards } from '../../evidence/shard-run.js';
import type { ShardRun } from '../../evidence/shard-run.js';
import { renderConsole } from '../../report/console.js';
import { tellCi } from '../../run/tell-ci.js';
import { worstOf } from '../../run/worst-of.js';
import { systemClock } from '../../system/clock.js';
import type { Command } from '../command.js';
import { junitFlavorOf, junitFlavorOption } from '../junit-option.js';
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
    const shards = await findShards(given.operands);
    await expectWritableFolder('out', reportsFolder);
    const key = environment.KONG_DRILL_SIGNING_KEY;
    const merged = [];
    for (const ofDrill of byDrill(shards))
      merged.push(
        await mergeShards(ofDrill, {
          reportsFolder,
          junitFlavor: junitFlavorOf(given, environment),
          tool: toolName(),
          clock: systemClock(),
          ...(key !== undefined && { signingKeyPem: key }),
        }),
      );
    const results = merged.map(({ result }) => result);
    if (given.flag('json')) out.line(JSON.stringify(results, null, 2));
    else
      for (const { result, folder } of merged)
        out.write(`${renderConsole(result, { color: out.hasColor, width: out.width, folder })}\n`);
    await tellCi(merged, environment, (text) => err.write(text));
    return worstOf(results.map(({ exitCode }) => exitCode));
  },
};

function byDrill(shards: readonly ShardRun[]): readonly (readonly ShardRun[])[] {
  const names = [...new Set(shards.map(({ started }) => started.drill.name))];
  return names.map((name) => shards.filter(({ started }) => started.drill.name === name));
}
