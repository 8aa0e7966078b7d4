/** One probe, from its first request to what came of it. Timers and clock are given, so that only the process has them. */
import type { ProbeOutcome } from '../model/journal.js';
import { randomHex } from '../system/random.js';
import { ask } from './ask.js';
import type { Answer, NoAnswer } from './ask.js';
import { headersOf } from './credentials.js';
import type { Credential } from './credentials.js';
import type { EffectStream, ProbeRequest } from './probe-spec.js';

export interface AttemptContext {
  readonly now: () => Date;
  readonly later: (ms: number, act: () => void) => void;
}

export interface AttemptEnd {
  /** `local`: this machine could not even send (no ports, no file handles); it says nothing about Kong. */
  readonly outcome: Exclude<ProbeOutcome, 'timeout'> | 'local';
  readonly seen: string;
}

export interface Attempt {
  /** Nothing is told any more. */
  cancel(): void;
  /** What was seen last, for a probe that is given up. */
  lastSeen(): string;
}

const nonceHeader = 'x-kong-drill-nonce';
const localFaults = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM']);
const right: AttemptEnd = { outcome: 'right', seen: '' };
const pollMs = 50;
const slowestPollMs = 500;

/** Sends all requests at once, each on its own connection; ends with the last right answer or the first that is not. */
export function attemptAnswers(
  requests: readonly ProbeRequest[],
  context: AttemptContext,
  end: (result: AttemptEnd) => void,
): Attempt {
  let missing = requests.length;
  const asked = requests.map((one) =>
    askChecked(one, context, (result) => {
      missing -= 1;
      if (result.outcome === 'right' && missing > 0) return;
      for (const other of asked) other.cancel();
      end(result);
    }),
  );
  return {
    cancel: () => {
      for (const one of asked) one.cancel();
    },
    lastSeen: () => 'no answer',
  };
}

/** Makes a credential and asks with it, ever more slowly, until every place accepts it; a refused creation is wrong at once. */
export function attemptEffect(
  { create, seenAt }: EffectStream,
  context: AttemptContext,
  end: (result: AttemptEnd) => void,
): Attempt {
  const key = `${create.keyPrefix}${randomHex(8)}`;
  let cancelled = false;
  let lastSeen = 'no answer to the creation';
  let asked = ask(
    {
      method: 'POST',
      url: create.url,
      headers: create.headers,
      body: JSON.stringify({ key, tags: [create.tag] }),
    },
    (result) => {
      const refused = notExpected(result, { status: 201, nonce: '' });
      if (refused) {
        end({ ...refused, seen: `creation: ${refused.seen}` });
        return;
      }
      lastSeen = 'created, and not yet asked for';
      poll(0, pollMs);
    },
  );
  const poll = (place: number, waitMs: number) => {
    const where = seenAt[place];
    if (cancelled) return;
    if (!where) {
      end(right);
      return;
    }
    const expect = { status: 200, nonce: true };
    asked = askChecked({ ...where, show: { kind: 'key-auth', key }, expect }, context, (result) => {
      if (result.outcome === 'right') {
        poll(place + 1, pollMs);
        return;
      }
      lastSeen = `created, then ${result.seen}`;
      context.later(waitMs, () => poll(place, Math.min(slowestPollMs, waitMs * 1.5)));
    });
  };
  return {
    cancel: () => {
      cancelled = true;
      asked.cancel();
    },
    lastSeen: () => lastSeen,
  };
}

function askChecked(
  one: ProbeRequest,
  context: AttemptContext,
  end: (result: AttemptEnd) => void,
): { cancel(): void } {
  const nonce = randomHex(8);
  const credential: Credential | undefined =
    one.show === 'fresh-key' ? { kind: 'key-auth', key: `never-${randomHex(16)}` } : one.show;
  const shown = credential ? headersOf(credential, context.now(), one.keyHeader) : {};
  const headers = { ...one.headers, ...shown, [nonceHeader]: nonce };
  const expect = { status: one.expect.status, nonce: one.expect.nonce ? nonce : '' };
  return ask({ url: one.url, headers }, (result) => end(notExpected(result, expect) ?? right));
}

/** What is wrong with an answer; `undefined` where nothing is. */
function notExpected(
  result: Answer | NoAnswer,
  expect: { readonly status: number; readonly nonce: string },
): AttemptEnd | undefined {
  if ('code' in result)
    return { outcome: localFaults.has(result.code) ? 'local' : 'error', seen: result.code };
  if (result.status !== expect.status)
    return { outcome: 'wrong', seen: `${result.status} instead of ${expect.status}` };
  if (expect.nonce !== '' && nonceOf(result.body) !== expect.nonce)
    return { outcome: 'wrong', seen: `${result.status}, but not from the lab's upstream` };
  return undefined;
}

function nonceOf(body: string): unknown {
  try {
    return (JSON.parse(body) as { readonly nonce?: unknown } | null)?.nonce;
  } catch {
    return undefined;
  }
}
