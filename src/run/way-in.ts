/**
 * The way from the runner into the lab, looked at all through a case. While it is cut nothing that the runner sees says anything of
 * Kong or of its recovery, so that the case ends as soon as that is sure, as broken.
 */
import { setMaxListeners } from 'node:events';
import type { Lab } from '../engine/engine.js';
import { DrillError, messageOf } from '../model/drill-error.js';
import type { Recorder } from '../model/journal.js';
import type { Clock } from '../system/clock.js';

const everyMs = 1_000;
/** In a row; one alone may be a machine that had no time. */
const missesAllowed = 2;

export interface WatchedWay extends AsyncDisposable {
  /** Aborts when the parent does, or once the way is lost; then the reason is a DrillError `engine`. */
  readonly signal: AbortSignal;
  /** Looks until it is sure that the way is there. @throws the reason of `signal`. */
  confirm(): Promise<void>;
}

export interface WatchContext {
  readonly clock: Clock;
  readonly record: Recorder;
  /** Aborts when the run is interrupted. */
  readonly signal: AbortSignal;
}

/** Looks until it is disposed. */
export function watchWayIn(lab: Pick<Lab, 'whyUnreachable'>, context: WatchContext): WatchedWay {
  const { clock, record, signal } = context;
  const way = new AbortController();
  const end = new AbortController();
  const follow = (): void => {
    way.abort(signal.reason);
  };
  // As many as there are cases at a time.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', follow, { once: true });
  if (signal.aborted) follow();
  const stopped = AbortSignal.any([way.signal, end.signal]);
  const pause = async (): Promise<void> => {
    await clock.sleep(everyMs, stopped).catch(() => undefined);
  };
  let misses = 0;
  const look = async (): Promise<void> => {
    const why = await lab.whyUnreachable(stopped).catch((error: unknown) => error);
    if (stopped.aborted) return;
    misses = why === undefined ? 0 : misses + 1;
    if (misses === 1)
      record({ kind: 'note', level: 'warning', text: `the lab is not reached: ${messageOf(why)}` });
    if (misses > missesAllowed) way.abort(why instanceof DrillError ? why : lost(messageOf(why)));
  };
  const watching = (async () => {
    while (!stopped.aborted) {
      await look();
      await pause();
    }
  })();
  return {
    signal: way.signal,
    confirm: async () => {
      if (!stopped.aborted) await look();
      while (misses > 0 && !stopped.aborted) await pause();
      way.signal.throwIfAborted();
    },
    [Symbol.asyncDispose]: async () => {
      signal.removeEventListener('abort', follow);
      end.abort();
      await watching;
    },
  };
}

function lost(why: string): DrillError {
  return new DrillError(
    'engine',
    `the lab can no longer be reached from here: ${why}; what failed since then says nothing of Kong`,
    'see what stands between kong-drill and the lab (a packet filter, a VPN, docker network inspect), and run the drill again',
  );
}
