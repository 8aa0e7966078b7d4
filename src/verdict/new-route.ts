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

/** One that was not seen on every worker is a finding: this Kong may not take in what is deployed to it. */
export function newRouteOf(
  { newRoute, newRouteStreams, newRouteStalls: stalls }: CaseFacts,
  { workers }: Pick<Objectives, 'workers'>,
): NewRoute {
  if (!newRoute) return { notes: [] };
  const { writtenMs: issuedMs, error } = newRoute;
  if (issuedMs === undefined || error !== undefined) {
    const text = `how long a new route takes was not measured: ${error ?? 'none was written'}`;
    return { notes: [{ level: 'warning', text }] };
  }
  const effect = [...newRouteStreams.values()].map((watched) => ({
    node: watched.stream.node,
    took: routeEffect(watched, { issuedMs, workers, stalls }),
  }));
  const watchedFor = formatDuration(newRoute.t - issuedMs);
  const notes = effect
    .filter(({ took }) => took.upperMs === null)
    .map(({ node }) => ({
      level: 'finding',
      text: `a route that was written after the recovery was not seen on every worker of ${node} within ${watchedFor}`,
    }));
  return { effect, notes };
}
