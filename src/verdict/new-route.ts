/** How long a route takes that is written when all is back. It is shown; nothing is judged by it. */
import { routeEffect } from '../measure/rto-route.js';
import { formatDuration } from '../model/units.js';
import type { CaseResult } from '../model/verdict.js';
import type { CaseFacts } from './facts.js';
import type { Objectives } from './objectives.js';

export interface NewRoute {
  readonly effect?: NonNullable<CaseResult['newRoute']>;
  readonly notes: CaseResult['notes'];
}

/** One that a worker never served is a finding: this Kong does not take in what is deployed to it. */
export function newRouteOf(
  { newRoute, newRouteStreams, stalls }: CaseFacts,
  { workers }: Pick<Objectives, 'workers'>,
): NewRoute {
  if (!newRoute) return { notes: [] };
  const { writtenMs: issuedMs, error } = newRoute;
  if (error !== undefined)
    return { notes: [{ level: 'warning', text: `how long a new route takes was not measured: ${error}` }] };
  const effect = [...newRouteStreams.values()].map((watched) => ({
    node: watched.stream.node,
    took: routeEffect(watched, { issuedMs, workers, stalls }),
    watchedMs: Math.max(0, ...watched.samples.map(([, , doneMs]) => doneMs - issuedMs)),
  }));
  const notes = effect
    .filter(({ took }) => took.upperMs === null)
    .map(({ node, watchedMs }) => ({
      level: 'finding',
      text: `a route that was written after the recovery was not in effect on every worker of ${node} after ${formatDuration(watchedMs)}`,
    }));
  return { effect: effect.map(({ node, took }) => ({ node, took })), notes };
}
