import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { installInstruments } from '../measure/instruments.js';
import type { StageKind } from '../model/drill-recovery.js';
import type { NewEvent } from '../model/journal.js';
import type { NodeAction } from '../model/plan.js';
import { systemClock } from '../system/clock.js';
import { fakeAdmin } from '../testing/fake-admin.js';
import { fakeLab } from '../testing/fake-lab.js';
import { bringBack } from './bring-back.js';
import type { CaseContext } from './case-context.js';
import type { Disaster } from './disaster.js';

for (const how of ['restart', 'start', 'provision'] as const) {
  test(`bring back - instruments are put back where Kong was started anew: ${how}`, async (context) => {
    const { written, noted } = await brought(context, how);
    assert.ok(written.length > 0);
    assert.deepEqual(noted, [`${written.length} instruments that the artifact could not hold were put back`]);
  });
}

for (const how of ['keep', 'reload', 'clear-cache'] as const) {
  test(`bring back - nothing is written to a Kong that goes on with what it remembers: ${how}`, async (context) => {
    assert.deepEqual(await brought(context, how), { written: [], noted: [] });
  });
}

test('bring back - under a Kong that goes on after a backup of your own, only the consumer of the config probe is put back', async (context) => {
  const { written, noted } = await brought(context, 'keep', 'database-restore', 'state');
  assert.deepEqual(written, ['POST /consumers']);
  assert.deepEqual(noted, ['1 instrument that the artifact could not hold was put back']);
});

for (const stage of ['deck-sync', 'ci-replay'] as const) {
  test(`bring back - instruments are put back where the recovery wrote routes itself: ${stage}`, async (context) => {
    assert.ok((await brought(context, 'keep', stage)).written.length > 0);
  });
}

/** What the runner wrote after a recovery whose last step does this to the only node. */
async function brought(
  context: TestContext,
  how: NodeAction,
  stage: StageKind = 'database-restore',
  probed?: 'state',
) {
  const server = createServer((_, response) => response.end('{"data":[]}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const admin = fakeAdmin();
  const instruments = await installInstruments({ admin, runId: 'r1', echo: { host: 'echo', port: 1 } });
  const before = admin.calls.length;
  const recorded: NewEvent[] = [];
  const action = { kind: 'kong', nodes: [how], kongVersion: '3.9' } as const;
  const step = { step: 'kong', title: how, commands: [], leastMs: 0, action } as const;
  const { lab } = fakeLab({ adminUrl: `http://127.0.0.1:${port}` });
  const world = {
    plan: { folder: '.', limits: { stepMs: 5_000 } },
    planned: { stages: [{ stage: { stage }, steps: [step] }], probed },
    lab,
    admin,
    clock: systemClock(),
    signal: new AbortController().signal,
    record: (event: NewEvent) => void recorded.push(event),
  };
  const disaster = { backup: { artifacts: new Map() }, instruments, failedAtMs: 0 };
  const isBack = await bringBack(world as unknown as CaseContext, disaster as unknown as Disaster);
  assert.ok(isBack, JSON.stringify(recorded));
  const written = admin.calls.slice(before).filter((call) => !call.startsWith('GET '));
  return { written, noted: recorded.flatMap((event) => (event.kind === 'note' ? [event.text] : [])) };
}
