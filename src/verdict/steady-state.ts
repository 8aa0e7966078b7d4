/** Before anything is broken, everything has to answer. */
import { answeringStreams, steadyState } from '../measure/rto-steady.js';
import type { SteadyState } from '../measure/rto-steady.js';
import type { ObjectiveResult } from '../model/verdict.js';
import type { CaseFacts } from './facts.js';
import { inconclusive, met, notRun } from './objective.js';

const subject = { group: 'steady-state', title: 'Steady state' } as const;

export function judgeSteadyState(facts: CaseFacts): ObjectiveResult {
  const span = facts.steadyState;
  if (!span) return notRun(subject, 'The run did not get as far as a steady state.');
  const found = steadyState(answeringStreams([...facts.streams.values()]), span);
  if (found.met) return met(subject, `${found.reason}.`, found.details);
  if (facts.issued.length > 0)
    return inconclusive(subject, `steady state not met: ${found.reason}.`, found.details);
  return inconclusive(subject, untouched(found), [wayOn, ...found.details]);
}

/** Which clocks had something that could come back. */
export type Steadiness = Readonly<Record<'traffic' | 'config', boolean>>;

/** The config clock asks for both: that everything answered, and that every new credential took effect. */
export function steadinessOf(facts: CaseFacts, { verdict }: ObjectiveResult): Steadiness {
  const traffic = verdict === 'met';
  const config = [...facts.streams.values()].filter(({ stream }) => stream.clock === 'config');
  const took = facts.steadyState && steadyState(config, facts.steadyState).details.length === 0;
  return { traffic, config: traffic && took === true };
}

const wayOn = 'See the logs of Kong, and whether its ports answer from here; then run the drill again.';

/** The runner destroys nothing that did not work before: it could not be seen to come back. */
function untouched({ reason, lastSeen }: SteadyState): string {
  const last = lastSeen === undefined ? '' : `; last seen: ${lastSeen}`;
  return `Nothing was destroyed, for not everything answered as it should before: ${reason}${last}.`;
}
