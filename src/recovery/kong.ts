/** Kong itself: nodes that were lost are made anew, all at once; nodes that serve are restarted one after another. */
import type { KongNode } from '../engine/engine.js';
import { DrillError } from '../model/drill-error.js';
import type { NodeAction } from '../model/plan.js';
import { adminApi } from '../system/admin-api.js';
import type { AdminApi } from '../system/admin-api.js';
import { waitFor } from '../system/clock.js';
import { done, outcomeOf } from './recovery.js';
import type { Act, ActionOf, Outcome, RecoveryContext } from './recovery.js';

export const kong: Act<'kong'> = async (action, context) => {
  const planned = context.lab.kong.map((node, index) => ({ node, what: action.nodes[index] ?? 'keep' }));
  const down = planned.filter(({ what }) => what === 'start' || what === 'provision');
  const serving = planned.filter(({ what }) => what !== 'start' && what !== 'provision');
  const started = await Promise.all(down.map(({ node, what }) => act(node, what, action, context)));
  const outcomes = [...started];
  for (const { node, what } of serving) {
    if (outcomes.every((outcome) => outcome.ok)) outcomes.push(await act(node, what, action, context));
  }
  return outcomes.find((outcome) => !outcome.ok) ?? outcomes.find((outcome) => outcome.command) ?? done;
};

async function act(
  node: KongNode,
  what: NodeAction,
  action: ActionOf<'kong'>,
  context: RecoveryContext,
): Promise<Outcome> {
  const { signal } = context;
  switch (what) {
    case 'keep':
      return done;
    case 'provision':
      await node.provision({ version: action.kongVersion }, signal);
      return await whenReady(node, context);
    case 'start':
      await node.start(signal);
      return await whenReady(node, context);
    case 'restart':
      await stopWhatRuns(node, signal);
      await node.start(signal);
      return await whenReady(node, context);
    case 'reload':
      return outcomeOf(await node.reload(signal));
    case 'clear-cache':
      return await clearCache(node, context);
  }
}

async function stopWhatRuns(node: KongNode, signal: AbortSignal): Promise<void> {
  const { frozen, running } = await node.condition(signal);
  if (frozen) await node.kill(signal);
  else if (running) await node.stop(signal);
}

async function clearCache(node: KongNode, { signal }: RecoveryContext): Promise<Outcome> {
  const answer = await adminApi(node.adminUrl, node.adminHeaders).call('DELETE', '/cache', undefined, {
    signal,
  });
  if (answer.ok) return { ok: true, command: ['DELETE', '/cache'] };
  return { ok: false, command: ['DELETE', '/cache'], detail: `expected 204, got ${answer.status}` };
}

type Waiting = Pick<RecoveryContext, 'clock' | 'signal' | 'limitMs'>;

/** Kong is ready for the next step when its Admin API lists entities; `/status/ready` is no proof. */
export async function whenReady(node: KongNode, waiting: Waiting): Promise<Outcome> {
  const outcome = await whenListing(adminApi(node.adminUrl, node.adminHeaders), waiting);
  return outcome.detail === undefined ? outcome : { ...outcome, detail: `${node.name}: ${outcome.detail}` };
}

/** Waits until an Admin API lists entities. */
export async function whenListing(admin: AdminApi, { clock, signal, limitMs }: Waiting): Promise<Outcome> {
  const observation = await waitFor(
    async () => {
      const answer = await admin
        .call('GET', '/services?size=1', undefined, { signal, limitMs: 2_000 })
        .catch(seenInError);
      if (typeof answer === 'string') return { done: false, seen: answer };
      return answer.status === 200
        ? { done: true, value: answer }
        : { done: false, seen: `status ${answer.status}` };
    },
    { clock, limitMs, signal },
  );
  if (observation.done) return done;
  return {
    ok: false,
    detail: `Admin API not ready within ${limitMs / 1_000} s; last seen: ${observation.seen}`,
  };
}

function seenInError(error: unknown): string {
  if (error instanceof DrillError) throw error;
  return error instanceof Error ? error.message : String(error);
}
