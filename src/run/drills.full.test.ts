/** The drills that come with the project, run by the program itself on each engine, with the verdict that the drill's own comment promises. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import type { EngineName } from '../engine/engine.js';
import { enginesToTest, leftOf, sideBySide } from '../testing/engines.js';
import { clocksOf, keepRow, skipped } from '../testing/full-results.js';
import { junitFaults, withoutJunitSchema } from '../testing/junit-schema.js';
import { drillsFolder, notMet, startDrill } from '../testing/running-drill.js';
import { expectedOf, shippedDrills } from '../testing/shipped-drills.js';
import type { ShippedDrill } from '../testing/shipped-drills.js';

test('the drills of the project - each one has a verdict to get', async () => {
  const files = (await readdir(drillsFolder)).filter((name) => name.endsWith('.yaml'));
  assert.deepEqual(
    files.sort(),
    shippedDrills.map(({ name }) => `${name}.yaml`),
  );
});

for (const engine of enginesToTest()) {
  describe(`drills on ${engine}`, { concurrency: sideBySide[engine] }, () => {
    for (const drill of shippedDrills) {
      test(`${drill.name} - ${verdictsOf(drill)}`, async (context) => {
        if (!(await skipped(context, { what: 'drill', engine }, drill))) await check(context, drill, engine);
      });
    }
  });
}

async function check(context: TestContext, shipped: ShippedDrill, engine: EngineName): Promise<void> {
  const file = join(drillsFolder, `${shipped.name}.yaml`);
  const run = await startDrill(context, { engine, file });
  const ended = await run.ended;
  const said = `${ended.progress}${ended.output}`;
  const row = { what: 'drill', drill: shipped.name, engine } as const;
  if (shipped.refused?.on === engine) {
    assert.equal(ended.exitCode, 3, said);
    assert.match(said, shipped.refused.reason);
    await keepRow({
      ...row,
      recovery: '',
      found: 'refused',
      expected: 'refused',
      detail: said.trim().replaceAll(drillsFolder, 'drills/'),
      kong: '',
    });
    return;
  }
  const result = await ended.result();
  const deck = result.software.find(({ name }) => name === 'deck');
  const drill = expectedOf(shipped, deck?.version);
  for (const { recovery, verdict } of result.paths)
    await keepRow({
      ...row,
      recovery,
      found: verdict,
      expected: drill.paths[recovery] ?? 'none',
      detail: clocksOf(result, recovery),
      kong: result.rehearsal ? 'stand-in' : 'real',
    });
  assert.equal(ended.exitCode, drill.exitCode ?? 0, said);
  assert.deepEqual(
    Object.fromEntries(result.paths.map(({ recovery, verdict }) => [recovery, verdict])),
    drill.paths,
    said,
  );
  for (const recovery of Object.keys(drill.paths))
    assert.deepEqual(notMet(result, recovery), drill.notMet?.[recovery] ?? [], said);
  if (withoutJunitSchema === false) assert.deepEqual(await junitFaults(await ended.junit()), []);
  assert.deepEqual(await leftOf(engine, result.runId, run.temporaryFolder), []);
}

function verdictsOf({ paths }: ShippedDrill): string {
  return Object.entries(paths)
    .map(([recovery, verdict]) => `${recovery} ${verdict}`)
    .join(', ');
}
