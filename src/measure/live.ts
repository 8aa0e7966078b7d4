/** A new route is not live at once, and not on every worker at the same time: one 200 is no proof that all have it. */
import { DrillError } from '../model/drill-error.js';
import { waitFor, withLimit } from '../system/clock.js';
import { askProxy } from './prime.js';
import type { PrimeTarget } from './prime.js';
import { urlOf } from './streams.js';
import type { ProbedNode } from './streams.js';
import { probesToMeet } from './uncertainty.js';

/** Kong needs some 10 s at most, with its default update frequencies. */
const limitMs = 60_000;

/**
 * Waits until every worker of every node serves the instruments' routes: as many right answers in a row as meet all workers.
 * @throws DrillError `component` where one does not within a minute, with what it answered last.
 */
export async function untilLive(target: PrimeTarget): Promise<void> {
  await Promise.all(target.nodes.map((node) => untilLiveOn(node, target)));
}

async function untilLiveOn(node: ProbedNode, target: PrimeTarget): Promise<void> {
  const { clock, signal } = target;
  const observation = await waitFor(
    async () => {
      const seen = await firstNotLive(node, target);
      return seen === undefined ? { done: true, value: true } : { done: false, seen };
    },
    { clock, signal, limitMs, everyMs: 100 },
  );
  if (observation.done) return;
  throw new DrillError(
    'component',
    `${node.name} does not serve the runner's routes after ${limitMs / 1_000} s: ${observation.seen}`,
    'see the log of Kong in the folder of the run',
  );
}

/**
 * What is not as it should be. A worker takes all plugins in at once, so that the youngest one in force (`config` asks for a
 * key) tells that the others are too; a route that lets everybody in then has a plugin that this Kong does not enforce.
 */
async function firstNotLive(node: ProbedNode, target: PrimeTarget): Promise<string | undefined> {
  const { instruments, workers, signal } = target;
  for (const path of ['open', 'uncached', 'config', ...instruments.kinds] as const) {
    for (let asked = 0; asked < probesToMeet(workers); asked += 1) {
      const url = urlOf(node, instruments.paths[path]);
      const status = await askProxy({ url }, signal, withLimit(limitMs, signal));
      const expected = path === 'config' && instruments.kinds.includes('key-auth') ? ['401'] : ['200', '401'];
      if (!expected.includes(status)) return `${path}: ${status}, expected ${expected.join(' or ')}`;
    }
  }
  return undefined;
}
