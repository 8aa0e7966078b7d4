/** `run --time-limit`: a case that is not expected to end within what is left is skipped by name; none is cut in the middle. */
import { formatDuration, formatTarget } from '../model/units.js';
import { expectedText } from '../plan/expected-time.js';
import type { ExpectedTime } from '../plan/expected-time.js';
import type { Clock } from '../system/clock.js';

/** A limit for all that is run, from the moment that it was set. */
export interface TimeLimit {
  /** Why a case does not fit into what is left; `undefined` where it does. */
  whyNot(expected: ExpectedTime): string | undefined;
}

/** @param limitMs more than 0. */
export function startTimeLimit(limitMs: number, clock: Pick<Clock, 'nowMs'>): TimeLimit {
  const endsMs = clock.nowMs() + limitMs;
  return {
    whyNot: (expected) => {
      const leftMs = Math.max(0, endsMs - clock.nowMs());
      if (expected.caseMs <= leftMs) return undefined;
      const left = `${formatDuration(leftMs)} left of --time-limit ${formatTarget(limitMs)}`;
      return `it does not fit into ${left}: it takes ${expectedText(expected)}`;
    },
  };
}
