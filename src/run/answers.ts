/** What the proxy answers, before the disaster and after the recovery. */
import { resolve } from 'node:path';
import { generateState } from '../artifact/generated/generate-state.js';
import { readPipeline } from '../artifact/pipeline.js';
import type { RecordedRun } from '../artifact/artifact.js';
import { isInstrumentBody } from '../measure/instruments.js';
import type { Instruments } from '../measure/instruments.js';
import { behaviourRequests, compareBehaviour, recordBehaviour } from '../parity/behaviour.js';
import type { BehaviourRecord, BehaviourRequest, KnownLogin } from '../parity/behaviour.js';
import type { CaseContext } from './case-context.js';

export interface ReferenceAnswers {
  /** Asked before and after; they hold secrets and stay in memory. */
  readonly requests: readonly BehaviourRequest[];
  readonly record: BehaviourRecord;
}

export async function referenceAnswers(
  context: CaseContext,
  instruments: Instruments,
): Promise<ReferenceAnswers> {
  const requests = await behaviourRequests({
    admin: context.admin,
    secretKey: context.secretKey,
    workspaces: context.plan.topology.workspaces,
    signal: context.signal,
    passwords: await passwordsOfState(context),
    exclude: (entity) => isInstrumentBody(entity, instruments),
    known: comparedCanaries(context, instruments),
  });
  return { requests, record: await ask(requests, context) };
}

/** What the path cannot bring back is not compared. */
function comparedCanaries({ planned }: CaseContext, { canaries, paths }: Instruments): readonly KnownLogin[] {
  if (planned.probed === 'state') return [];
  return canaries.map(({ consumer, credential }) => ({
    consumer,
    login: credential,
    path: paths[credential.kind],
  }));
}

export async function compareAnswers(context: CaseContext, reference: ReferenceAnswers): Promise<void> {
  const now = await ask(reference.requests, context);
  for (const compared of compareBehaviour(reference.record, now))
    context.record({ kind: 'behaviour', ...compared });
}

function ask(requests: readonly BehaviourRequest[], context: CaseContext): Promise<BehaviourRecord> {
  const { lab, plan } = context;
  const { workspaces, kong } = plan.topology;
  return recordBehaviour({ ...context, requests, workspaces, nodes: lab.kong, workers: kong.workers });
}

/** Kong stores only hashes; a pipeline has the passwords of basic-auth as they were given, and what made a state up too. */
async function passwordsOfState({ plan }: CaseContext): Promise<ReadonlyMap<string, string>> {
  if (plan.state.generate !== undefined) return generateState(plan.state.generate).passwords;
  if (plan.state.pipeline === undefined) return new Map();
  return passwordsIn(await readPipeline(resolve(plan.folder, plan.state.pipeline)));
}

function passwordsIn(runs: readonly RecordedRun[]): ReadonlyMap<string, string> {
  const passwords = new Map<string, string>();
  for (const step of runs.flatMap(({ steps }) => steps)) {
    if (!('request' in step) || !/\/basic-auths?(\/|$)/.test(step.request.path)) continue;
    const { username, password } = step.request.body ?? {};
    if (typeof username === 'string' && typeof password === 'string') passwords.set(username, password);
  }
  return passwords;
}
