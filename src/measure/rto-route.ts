/** How long a route takes, from the request that writes it until every worker of a node serves it. Pure. */
import type { Interval } from '../model/interval.js';
import { answeredInOrder } from './rto.js';
import { proofsOf } from './rto-stream.js';
import type { WatchContext, WatchedStream } from './rto-stream.js';
import { probesToMeet } from './uncertainty.js';

/** `issuedMs` is when the request was sent that wrote it. */
export type WrittenRoute = Pick<WatchContext, 'issuedMs' | 'workers' | 'stalls'>;

/**
 * The last probe that did not get it still shows its absence; so many right answers in a row show its effect on every worker that, of
 * all the probes that were sent, no such row comes of some workers only (99.9 %). Nothing behind a probe that is still unanswered counts.
 * Milliseconds since it was written; `upperMs` null: not seen on all of them.
 */
export function routeEffect(watched: WatchedStream, route: WrittenRoute): Interval {
  const { stream } = watched;
  const nowMs = watched.samples.reduce((latest, [, , doneMs]) => Math.max(latest, doneMs), 0);
  const samples = answeredInOrder(stream, watched.samples, nowMs);
  const proofs = proofsOf({ stream, samples }, { ...route, windowMs: 0 });
  const absent = proofs.findLastIndex((proof) => !proof.serves);
  const lastAbsentMs = proofs[absent]?.fromMs ?? route.issuedMs;
  const served = proofs.slice(absent + 1).filter(({ toMs }) => toMs >= route.issuedMs);
  const needed = probesToMeet(route.workers, watched.samples.length);
  const met = served.slice(0, needed).map(({ toMs }) => toMs);
  return {
    lowerMs: Math.max(0, lastAbsentMs - route.issuedMs),
    upperMs: met.length < needed ? null : Math.max(...met) - route.issuedMs,
  };
}
