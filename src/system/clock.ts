/** Time: one monotonic clock, the same in every process of the machine; wall time is a label only. */
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since this clock's origin, to the microsecond. */
  nowMs(): number;
  /** Wall time, for labels. */
  utc(): Date;
  /** Returns after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Told what is seen in the place of something that is awaited, each time that one looks. */
  readonly onSeen?: (seen: string) => void;
  /** The origin on `process.hrtime`, for other processes of the same run. */
  readonly originNs: bigint;
}

export function systemClock(originNs: bigint = process.hrtime.bigint()): Clock {
  return {
    originNs,
    nowMs: () => Number((process.hrtime.bigint() - originNs) / 1_000n) / 1_000,
    utc: () => new Date(),
    sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
  };
}

/**
 * A signal that aborts when the parent does, or after `ms`. It does not keep the process alive.
 * (Node 20 may collect an `AbortSignal.any` of a timeout before it fires, so the timer holds the controller itself.)
 */
export function withLimit(ms: number, parent?: AbortSignal): AbortSignal {
  const controller = new AbortController();
  // A run has one signal and many who listen to it; that is no leak.
  setMaxListeners(0, controller.signal, ...(parent ? [parent] : []));
  const onParent = () => controller.abort(parent?.reason);
  const timer = setTimeout(() => {
    parent?.removeEventListener('abort', onParent);
    controller.abort(new DOMException(`not done within ${ms} ms`, 'TimeoutError'));
  }, ms);
  timer.unref();
  if (parent?.aborted) onParent();
  parent?.addEventListener('abort', onParent, { once: true });
  return controller.signal;
}

export interface WaitOptions {
  readonly clock: Clock;
  readonly limitMs: number;
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

/** One look at something that is awaited: there, or what was seen in its place. */
export type Observation<T> =
  { readonly done: true; readonly value: T } | { readonly done: false; readonly seen: string };

/**
 * Looks again and again until the thing is there.
 * @returns its value, or on time-out the last observation.
 * @throws the signal's reason, and whatever `look` throws.
 */
export async function waitFor<T>(
  look: () => Promise<Observation<T>>,
  options: WaitOptions,
): Promise<Observation<T>> {
  const { clock, limitMs, everyMs = 50, signal } = options;
  const deadlineMs = clock.nowMs() + limitMs;
  for (;;) {
    signal?.throwIfAborted();
    const observation = await look();
    if (observation.done || clock.nowMs() >= deadlineMs) return observation;
    clock.onSeen?.(observation.seen);
    await clock.sleep(everyMs, signal);
  }
}
