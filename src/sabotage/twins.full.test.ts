/**
 * The sabotaged twin of every drill that comes with the project: the same drill, whose recovery is attacked from outside. The case
 * that the twin names is met without the attack, and not met with it.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { EngineName } from '../engine/engine.js';
import { enginesToTest, sideBySide } from '../testing/engines.js';
import { keepRow, skipped } from '../testing/full-results.js';
import { drillsFolder } from '../testing/running-drill.js';
import { shippedDrills } from '../testing/shipped-drills.js';
import type { ShippedDrill } from '../testing/shipped-drills.js';
import type { SabotageResult } from './sabotage.js';

const program = fileURLToPath(new URL('../cli/main.js', import.meta.url));

for (const engine of enginesToTest()) {
  describe(`twins on ${engine}`, { concurrency: sideBySide[engine] }, () => {
    for (const drill of shippedDrills.filter(({ refused }) => refused?.on !== engine)) {
      const { recovery, attack, turns } = drill.twin;
      test(`${drill.name} - ${recovery}, ${attack}: ${turns} turns from met to not met`, async (context) => {
        if (!(await skipped(context, { what: 'twin', engine }, drill))) await check(context, drill, engine);
      });
    }
  });
}

async function check(context: TestContext, drill: ShippedDrill, engine: EngineName): Promise<void> {
  const { recovery, attack, turns } = drill.twin;
  const said = await sabotage(context, drill, engine);
  const [result] = JSON.parse(said) as readonly SabotageResult[];
  const found = result?.attacks.find((one) => one.recovery === recovery && one.attack === attack);
  assert.ok(found, said);
  await keepRow({
    what: 'twin',
    drill: drill.name,
    engine,
    recovery,
    found: found.seenBy.includes(turns) ? turns : found.outcome,
    expected: turns,
    detail: `${attack}: ${found.detail}`,
    kong: '',
  });
  assert.ok(found.seenBy.includes(turns), said);
}

/** @returns what the command says on standard output. */
async function sabotage(context: TestContext, drill: ShippedDrill, engine: EngineName): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), 'kd-test-twin-'));
  context.after(() => rm(out, { recursive: true, force: true, maxRetries: 5 }));
  const { recovery, attack } = drill.twin;
  const words = ['--engine', engine, '--only', recovery, '--attack', attack, '--out', out, '--json'];
  const child = spawn(
    process.execPath,
    [program, 'sabotage', join(drillsFolder, `${drill.name}.yaml`), ...words],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  context.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  return said;
}
