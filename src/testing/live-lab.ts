/** A lab with a migrated Postgres and a running Kong, for tests of what is done to one. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '../engine/engines.js';
import type { EngineName, Lab, LabSpec } from '../engine/engine.js';
import type { Drill } from '../model/drill.js';
import { planDrill } from '../plan/plan.js';
import { perform } from '../recovery/actions.js';
import { adminApi } from '../system/admin-api.js';
import type { AdminApi } from '../system/admin-api.js';
import { systemClock, withLimit } from '../system/clock.js';

export interface LiveLab extends AsyncDisposable {
  readonly lab: Lab;
  readonly admin: AdminApi;
  /** For files of the test; removed with the lab. */
  readonly folder: string;
  readonly signal: () => AbortSignal;
}

const limitMs = 120_000;
const clock = systemClock();
const drill: Drill = {
  name: 'live-lab',
  state: { pipeline: '.' },
  failure: [{ kind: 'kill', target: 'kong' }],
  recovery: { reattach: [{ stage: 'reattach' }] },
};

/** Starts one; Kong answers when it returns. */
export async function startLiveLab(
  name: EngineName,
  { ownDisk = false }: Pick<LabSpec, 'ownDisk'> = {},
): Promise<LiveLab> {
  const signal = () => withLimit(limitMs);
  const folder = await mkdtemp(join(tmpdir(), 'kong-drill-live-lab-'));
  await chmod(folder, 0o755);
  const engine = await openEngine(name, {});
  const plan = planDrill(drill, { folder });
  const readiness = await engine.prepare(plan, signal());
  const lab = await engine.open({
    runId: 'live-lab',
    caseId: `live-lab-${name}`,
    topology: plan.topology,
    readiness,
    drillFolder: folder,
    ownDisk,
    logFolder: join(folder, 'logs'),
    clock,
    onSecret: () => undefined,
  });
  const dispose = async () => {
    await lab[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const [node] = lab.kong;
    assert.ok(node);
    const admin = adminApi(node.adminUrl, node.adminHeaders);
    await lab.postgres.provision({ address: 'same' }, signal());
    const kongVersion = plan.topology.kong.version;
    for (const action of [
      { kind: 'migrate', how: 'bootstrap', kongVersion },
      { kind: 'kong', nodes: ['provision'], kongVersion },
    ] as const) {
      const outcome = await perform(action, {
        lab,
        admin,
        clock,
        limitMs,
        folder,
        artifacts: new Map(),
        signal: signal(),
      });
      assert.ok(outcome.ok, outcome.detail);
    }
    return { lab, admin, folder, signal, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
