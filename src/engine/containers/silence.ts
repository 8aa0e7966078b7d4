/** A Docker engine may be slow. One that does not even answer a ping ends whatever waits for it: no call of a client has a limit. */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { DrillError } from '../../model/drill-error.js';

const everyMs = 5_000;
const patienceMs = 30_000;

/** Of the one engine that this process talks to. */
const silence = new AbortController();
// Every call of every case that runs beside this one listens to it; that is no leak.
setMaxListeners(0, silence.signal);

/** Aborted, with the reason, once the engine has fallen silent. */
export const silent: AbortSignal = silence.signal;

/** For whom somebody pings already: each run of this process connects anew. */
const watched = new WeakSet<AbortController>();

/** Pings as long as this process lives, and does not keep it alive. What a ping is refused with, the calls themselves are told. */
export async function watchForSilence(
  ping: () => Promise<unknown>,
  { every = everyMs, patience = patienceMs, end = silence } = {},
): Promise<void> {
  if (watched.has(end)) return;
  watched.add(end);
  while (!end.signal.aborted) {
    await sleep(every, undefined, { ref: false });
    const answer = ping().catch(() => 'refused');
    await answered(answer, patience, ', not even a ping').catch((silence: unknown) => end.abort(silence));
  }
}

/** Waits for the first word of an engine, before which there is nothing to ping with. @throws DrillError `engine` where none comes. */
export async function answered<T>(call: Promise<T>, patience = patienceMs, detail = ''): Promise<T> {
  const end = new AbortController();
  const silence = sleep(patience, undefined, { ref: false, signal: end.signal }).then(() => {
    throw engineIsSilent(patience, detail);
  });
  try {
    return await Promise.race([call, silence]);
  } finally {
    end.abort();
  }
}

function engineIsSilent(patience: number, detail: string): DrillError {
  return new DrillError(
    'engine',
    `the Docker engine has not answered for ${patience / 1_000} s${detail}`,
    'see whether Docker still runs (docker version); once it does, kong-drill clean removes what is left',
  );
}
