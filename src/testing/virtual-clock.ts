/** A clock that only moves when somebody sleeps, or asks what time it is. */
import type { Clock } from '../system/clock.js';

/** Each look at it takes `tickMs`; `onSleep` sees every new time. */
export function virtualClock(tickMs = 0.001, onSleep: (nowMs: number) => void = () => undefined): Clock {
  let now = 0;
  return {
    originNs: 0n,
    nowMs: () => (now += tickMs),
    utc: () => new Date(now),
    sleep: async (ms, signal) => {
      await new Promise<void>((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      now += ms;
      onSleep(now);
    },
  };
}
