/** A lab with a migrated Postgres and a running Kong, for tests of what is done to one. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { givePipeline } from '../artifact/pipeline.js';
import { connectionArguments } from '../engine/connection-arguments.js';
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

/** Runs recorded pipelines, oldest first. */
export async function loadPipeline({ lab, admin, folder, signal }: LiveLab, path: string): Promise<void> {
  const name = 'pipeline';
  const given = { name, kind: 'pipeline', origin: 'given', sizeBytes: 0, sha256: '' } as const;
  const artifacts = new Map([[name, { ...given, ...(await givePipeline(path)) }]]);
  const outcome = await perform(
    { kind: 'replay', artifact: name, since: { kind: 'start' }, times: 1, newestOnly: false },
    { lab, admin, clock, limitMs, folder, artifacts, signal: signal() },
  );
  assert.ok(outcome.ok, outcome.detail);
}

/** As an administrator would take a backup. */
export async function dumpDatabase({ lab, signal }: LiveLab, path: string): Promise<void> {
  const dumped = await lab.tool({
    tool: 'pg_dump',
    writes: [path],
    limitMs,
    signal: signal(),
    env: { PGPASSWORD: lab.postgres.connection.password },
    args: ({ postgres, path: at }) => [
      '--format=custom',
      `--file=${at(path)}`,
      ...connectionArguments(postgres),
    ],
  });
  assert.ok(dumped.ok, dumped.stderr);
}
