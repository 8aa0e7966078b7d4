/** What goes on in a drill, at the foot of a terminal: drawn anew some times a second, until it is disposed. */
import { systemClock } from '../system/clock.js';
import type { JournalEvent } from '../model/journal.js';
import type { Progress } from '../report/progress.js';

/** As the eye follows. */
const everyMs = 250;

export interface Follower extends Disposable {
  /** Sees each event: the first tells on which clock the run is. */
  see(event: JournalEvent): void;
}

export function follow(
  { view }: Pick<Progress, 'view'>,
  footer: (lines: readonly string[]) => void,
): Follower {
  let clock = systemClock();
  const end = new AbortController();
  const draw = async (): Promise<void> => {
    while (!end.signal.aborted) {
      footer(view(clock.nowMs()));
      await clock.sleep(everyMs, end.signal).catch(() => undefined);
    }
  };
  void draw();
  return {
    see: (event) => {
      if (event.kind === 'run-started') clock = systemClock(BigInt(event.originNs));
    },
    [Symbol.dispose]: () => {
      end.abort();
      footer([]);
    },
  };
}
