/** Before anything is broken, everything has to answer. */
import { steadyState } from '../measure/rto-steady.js';
import type { ObjectiveResult } from '../model/verdict.js';
import type { CaseFacts } from './facts.js';
import { inconclusive, met, notRun } from './objective.js';

const subject = { group: 'steady-state', title: 'Steady state' } as const;

export function judgeSteadyState(facts: CaseFacts): ObjectiveResult {
  const span = facts.steadyState;
  if (!span) return notRun(subject, 'The run did not get as far as a steady state.');
  // The config clock's one probe a second starts with the disaster; it has nothing to show before.
  const streams = [...facts.streams.values()].filter(({ stream }) => stream.clock !== 'config');
  const found = steadyState(streams, span);
  return (found.met ? met : inconclusive)(subject, `${found.reason}.`, found.details);
}
