/** Waiting for the server in a container that has just been started. */
import { DrillError, messageOf } from '../../model/drill-error.js';
import { waitFor } from '../../system/clock.js';
import type { Clock } from '../../system/clock.js';
import { inspect, whyStopped } from './container.js';
import type { Container } from './container.js';

interface Patience {
  readonly clock: Clock;
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** What is at fault where it ends: the engine, unless what it was given to start on may be. */
  readonly fault?: 'component';
}

/**
 * Asks until there is an answer, whatever it says.
 * @throws DrillError `engine`, or `fault`, where the container ends before that, or stays silent for the whole time.
 */
export async function untilAnswering(
  container: Container,
  ask: () => Promise<unknown>,
  { clock, limitMs, signal, fault }: Patience,
): Promise<void> {
  const answered = await waitFor<undefined>(
    async () => {
      const found = await inspect(container, signal);
      if (!found?.running) throw await whyStopped(container, found, found && fault);
      return ask().then(
        () => ({ done: true, value: undefined }) as const,
        (error: unknown) => ({ done: false, seen: messageOf(error) }) as const,
      );
    },
    { clock, limitMs, everyMs: 25, signal },
  );
  if (answered.done) return;
  const said = await container.log.firstError();
  throw new DrillError(
    'engine',
    `${container.role} does not answer within ${limitMs / 1_000} s: ${said ?? answered.seen}`,
    container.log.hint,
  );
}
