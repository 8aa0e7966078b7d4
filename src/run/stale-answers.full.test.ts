/**
 * Rule 7, on the drill that shows stale answers: Kong gives the same ones where the runner probes it all through, and where
 * nobody does. The same steps, by the same actions, once as a drill and once on a lab without instruments.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { loadDrill } from '../drillfile/load.js';
import type { Lab } from '../engine/engine.js';
import { processesEngine } from '../engine/processes/engine.js';
import { bindFailure } from '../failure/failures.js';
import { durationMs } from '../model/units.js';
import { planDrill } from '../plan/plan.js';
import { recover } from '../recovery/recover.js';
import { adminApi } from '../system/admin-api.js';
import { systemClock } from '../system/clock.js';
import { dumpDatabase, loadPipeline, startLiveLab } from '../testing/live-lab.js';
import { drillsFolder } from '../testing/running-drill.js';
import { until } from '../standin/testing/standin.js';
import { runDrill } from './run-drill.js';

const drill = loadDrill(join(drillsFolder, 'restore-under-running-kong.yaml'));
const { signal } = new AbortController();
const clock = systemClock();
const limitMs = 120_000;

/** Of the shop, and in the backup; one that is newer than it; a route that is newer than it. */
const restoredKey = 'rOt4teD-2026-11-aX9';
const newerKey = 'newer-than-the-backup';
const newerRoute = '/newer-than-the-backup';

for (const recovery of ['keep', 'reload'] as const) {
  test(`stale answers - the same with and without the probes of the runner: ${recovery}`, async (context) => {
    const without = await answersWithout(recovery);
    const probed = await answersOfDrill(context, recovery);
    assert.deepEqual(probed, without);
    const route = recovery === 'keep' ? 200 : 404;
    assert.deepEqual(without, [`restored key 401, newer key 200, newer route ${route}`]);
  });
}

async function answersWithout(recovery: string): Promise<readonly string[]> {
  assert.ok(drill.ok);
  const plan = planDrill(drill.drill, { folder: drill.folder });
  const stages = plan.cases.find((one) => one.recovery === recovery)?.stages;
  assert.ok(stages);
  await using live = await startLiveLab('processes');
  const { lab, admin, folder } = live;
  await loadPipeline(live, join(drillsFolder, 'fixtures', 'shop'));
  await until(async () => (await statusOf(lab, '/cart', restoredKey)) === 200);
  const path = join(folder, 'nightly.dump');
  await dumpDatabase(live, path);
  await change(lab);
  const setting = { lab, admin, clock, signal, folder };
  for (const failure of plan.failures) {
    if (failure.kind === 'pause') await clock.sleep(durationMs(failure.for));
    else await bindFailure(failure, { ...setting, mark: 'kd-none' })?.inject();
  }
  const name = 'nightly-db';
  const given = { name, kind: 'database', method: 'logical', origin: 'given', faults: [] } as const;
  const artifacts = new Map([[name, { ...given, path, sizeBytes: 0, sha256: '' }]]);
  assert.ok(await recover(stages, { ...setting, artifacts, limitMs, record: () => undefined }));
  // As long as the drill watches at least: after a reload the old workers answer for a while.
  await clock.sleep(plan.probes.windowMs);
  return await answersOf(lab);
}

async function answersOfDrill(context: TestContext, recovery: string): Promise<readonly string[]> {
  assert.ok(drill.ok);
  const out = await mkdtemp(join(tmpdir(), 'kd-test-stale-'));
  context.after(() => rm(out, { recursive: true, force: true }));
  const engine = processesEngine();
  let lab: Lab | undefined;
  let changed: Promise<void> | undefined;
  let answers: Promise<readonly string[]> | undefined;
  const inTime: string[] = [];
  const began: string[] = [];
  await runDrill(drill, {
    engine: { ...engine, open: async (spec) => (lab = await engine.open(spec)) },
    jobs: 1,
    out,
    only: [recovery],
    skipUnavailable: false,
    junitFlavor: 'jenkins',
    people: {},
    tool: 'kong-drill 0.0.0',
    signal,
    onEvent: (event) => {
      if (event.kind === 'streams') began.push(event.streams[0]?.clock ?? '');
      if (event.kind !== 'phase-started' || !lab) return;
      began.push(event.phase);
      if (event.phase === 'steady-state') {
        changed = change(lab).then(() => void inTime.push(`changed before fail: ${!began.includes('fail')}`));
      }
      if (event.phase === 'compare') {
        answers = answersOf(lab);
        void answers.then(() => inTime.push(`asked before a route is written: ${!began.includes('route')}`));
      }
    },
    onFault: (fault) => assert.fail(fault),
  });
  await changed;
  const found = await answers;
  assert.deepEqual(inTime, ['changed before fail: true', 'asked before a route is written: true']);
  return found ?? [];
}

/** What happens after the backup: a key is deleted and asked for, another is made and used, and a route is made and used. */
async function change(lab: Lab): Promise<void> {
  const [node] = lab.kong;
  assert.ok(node);
  const admin = adminApi(node.adminUrl, node.adminHeaders);
  const keys = '/consumers/web-shop/key-auth';
  const made = await Promise.all([
    admin.call('DELETE', `${keys}/${restoredKey}`),
    admin.call('POST', keys, { key: newerKey }),
    admin.call('POST', '/services/inventory/routes', { paths: [newerRoute] }),
  ]);
  assert.deepEqual(
    made.map(({ ok }) => ok),
    [true, true, true],
  );
  await until(
    async () => (await answersOf(lab)).join() === 'restored key 401, newer key 200, newer route 200',
  );
}

/** All the different ones, asked often enough to meet both workers. */
async function answersOf(lab: Lab): Promise<readonly string[]> {
  const asked = Array.from({ length: 11 }, async () => {
    const [restored, newer, route] = await Promise.all([
      statusOf(lab, '/cart', restoredKey),
      statusOf(lab, '/cart', newerKey),
      statusOf(lab, newerRoute),
    ]);
    return `restored key ${restored}, newer key ${newer}, newer route ${route}`;
  });
  return [...new Set(await Promise.all(asked))].sort();
}

async function statusOf({ kong }: Lab, path: string, key?: string): Promise<number> {
  const headers = { connection: 'close', ...(key === undefined ? {} : { apikey: key }) };
  return (await fetch(`${kong[0]?.proxyUrl ?? ''}${path}`, { headers })).status;
}
