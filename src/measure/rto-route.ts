/** How long a route takes, from the request that writes it until every worker of a node serves it. Pure. */
import type { Interval } from '../model/interval.js';
import { proofsOf } from './rto-stream.js';
import type { WatchContext, WatchedStream } from './rto-stream.js';
import { probesToMeet } from './uncertainty.js';

/** `issuedMs` is when the request was sent that wrote it. */
export type WrittenRoute = Pick<WatchContext, 'issuedMs' | 'workers' | 'stalls'>;

/**
 * The last probe that did not get it still shows its absence; as many right answers in a row as meet every worker, with 99.9 %,
 * show its effect. Milliseconds since it was written; `upperMs` null: not seen on all of them.
 */
export function routeEffect(watched: WatchedStream, route: WrittenRoute): Interval {
  const proofs = proofsOf(watched, { ...route, windowMs: 0 });
  const absent = proofs.findLastIndex((proof) => !proof.serves);
  const lastAbsentMs = proofs[absent]?.fromMs ?? route.issuedMs;
  const served = proofs.slice(absent + 1).filter(({ toMs }) => toMs >= route.issuedMs);
  const met = served.slice(0, probesToMeet(route.workers)).map(({ toMs }) => toMs);
  const upperMs = met.length < probesToMeet(route.workers) ? null : Math.max(...met) - route.issuedMs;
  return { lowerMs: Math.max(0, lastAbsentMs - route.issuedMs), upperMs };
}
