/** Phases 1 and 2: a Postgres, Kong's tables, its nodes; then the state, in the way that the drill names. */
import { join, resolve } from 'node:path';
import { generateState } from '../artifact/generated/generate-state.js';
import { loadGenerated } from '../artifact/generated/load.js';
import { givePipeline } from '../artifact/pipeline.js';
import type { ReadyArtifact } from '../artifact/artifact.js';
import { DrillError, messageOf } from '../model/drill-error.js';
import { furtherWorkspaces } from '../model/plan.js';
import type { RecoveryAction } from '../model/plan.js';
import { perform } from '../recovery/actions.js';
import { whenReady } from '../recovery/kong.js';
import { tailOf } from '../system/files.js';
import type { CaseContext } from './case-context.js';
import { refuseForeignArtifact } from './foreign-addresses.js';
import { missingPlugin } from './missing-plugin.js';

const stateName = 'state';

/** Postgres and Kong; a state that is a dump goes in before Kong starts. */
export async function provision(context: CaseContext): Promise<void> {
  const { lab, plan, signal } = context;
  await lab.postgres.provision({ address: 'same', version: plan.topology.postgres.version }, signal);
  if (plan.state.databaseDump === undefined) {
    await setUp({ kind: 'migrate', how: 'bootstrap', kongVersion: plan.topology.kong.version }, context);
  } else {
    const dump = given('database', 'logical', resolve(plan.folder, plan.state.databaseDump));
    if (!context.engine.blocksAddresses)
      await refuseForeignArtifact(dump, { ...context, limitMs: plan.limits.stepMs });
    await setUp({ kind: 'pg-restore', artifact: stateName, clean: false, jobs: 2 }, context, dump);
  }
  await Promise.all(
    lab.kong.map(async (node) => {
      await node.provision({}, signal).catch((error: unknown) => {
        throw missingPlugin(messageOf(error)) ?? error;
      });
      const ready = await whenReady(node, { clock: context.clock, signal, limitMs: plan.limits.stepMs });
      if (!ready.ok)
        throw new DrillError('component', ready.detail ?? 'Kong is not ready', 'see the logs of the run');
    }),
  );
  await createWorkspaces(context);
}

/** Loads the state that Kong is to hold before the disaster. */
export async function configure(context: CaseContext): Promise<void> {
  const { plan } = context;
  const { state } = plan;
  if (state.pipeline !== undefined) {
    const path = resolve(plan.folder, state.pipeline);
    const found = await givePipeline(path);
    if (found.faults.length > 0)
      throw new DrillError('usage', found.faults.join('; '), 'mend the state of the drill');
    const pipeline = { ...given('pipeline', 'recorded runs', path), ...found };
    await setUp(
      { kind: 'replay', artifact: stateName, since: { kind: 'start' }, times: 1, newestOnly: false },
      context,
      pipeline,
    );
  }
  if (state.deck !== undefined) {
    const files = given('deck', 'file', resolve(plan.folder, state.deck));
    await setUp({ kind: 'deck-sync', artifact: stateName, selectTags: [], retries: 0 }, context, files);
  }
  if (state.generate !== undefined) await loadGenerated(generateState(state.generate), context);
}

/** The workspaces of the topology; a state that is a dump has brought its own. */
async function createWorkspaces(context: CaseContext): Promise<void> {
  const { topology, state } = context.plan;
  const workspaces = furtherWorkspaces(topology);
  if (workspaces.length > 0 && state.databaseDump === undefined)
    await setUp({ kind: 'create-workspaces', workspaces }, context);
}

/** What a recovery would do, done to set the lab up: here a failure is the runner's, not the recovery's. */
async function setUp(action: RecoveryAction, context: CaseContext, artifact?: ReadyArtifact): Promise<void> {
  const outcome = await perform(action, {
    lab: context.lab,
    admin: context.admin,
    clock: context.clock,
    signal: context.signal,
    folder: context.plan.folder,
    limitMs: context.plan.limits.stepMs,
    artifacts: new Map(artifact ? [[stateName, artifact]] : []),
  });
  if (outcome.ok) return;
  const missing = missingPlugin(outcome.detail ?? '');
  if (missing) throw missing;
  const complaint = await lastComplaint(join(context.evidenceFolder, 'logs', 'postgres.log'));
  throw new DrillError(
    'component',
    `the lab could not be set up (${action.kind}): ${outcome.detail ?? 'failed'}${complaint}`,
    'see the logs in the folder of the run',
  );
}

/** The cause that an answer of Kong's (`An unexpected error occurred`) does not name, such as a disk that is full. */
async function lastComplaint(logFile: string): Promise<string> {
  const log = await tailOf(logFile, 65_536);
  const line = log.split('\n').findLast((each) => /\b(?:ERROR|FATAL|PANIC): /.test(each));
  return line === undefined ? '' : `; Postgres said: ${line.trim()}`;
}

function given(kind: ReadyArtifact['kind'], method: string, path: string): ReadyArtifact {
  return { name: stateName, kind, method, origin: 'given', path, sizeBytes: 0, sha256: '', faults: [] };
}
