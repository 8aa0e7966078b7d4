/** A gateway with a scripted outage, probed in virtual time: thousands of outages a second, each with its truth. */
import { probeOutcomeWords } from '../model/journal.js';
import type { ProbeOutcome, Sample, Stream } from '../model/journal.js';
import type { WatchContext, WatchedStream } from '../measure/rto.js';

export const outageKinds = ['refuse', 'hang', 'freeze', 'status-500', 'wrong-body'] as const;
export type OutageKind = (typeof outageKinds)[number];

/** Times in milliseconds; the outage is [beginMs, endMs) on the run's clock. */
export interface VirtualOutage {
  readonly kind: OutageKind;
  readonly issuedMs: number;
  readonly beginMs: number;
  readonly endMs: number;
  /** nginx workers, and how many of them fail. */
  readonly workers: number;
  readonly failing: number;
  readonly spacingMs: number;
  readonly timeoutMs: number;
  /** The prober stands still in here, as if stopped; nothing is read and nothing sent. */
  readonly stopped?: { readonly fromMs: number; readonly toMs: number };
}

export type Random = () => number;

/** A repeatable sequence in [0, 1) (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An outage of 60 ms to 10 s at a random phase of the probes, of the whole node or (`workers` > 1) of half its workers. */
export function randomOutage(random: Random, workers = 1): VirtualOutage {
  const spacingMs = 100;
  const issuedMs = spacingMs * (30 + Math.floor(random() * 170)) + random() * spacingMs;
  const beginMs = issuedMs + random() * 50;
  const kind = outageKinds[Math.floor(random() * outageKinds.length)] ?? 'refuse';
  const endMs = beginMs + 60 + random() * 9_940;
  const failing = workers === 1 ? 1 : workers / 2;
  return { kind, issuedMs, beginMs, endMs, workers, failing, spacingMs, timeoutMs: 1_000 };
}

/** Everything that an open-loop prober sees of it, until 12 s after its end. */
export function watchVirtually(
  outage: VirtualOutage,
  random: Random,
): { watched: WatchedStream; context: WatchContext } {
  const { spacingMs, timeoutMs, issuedMs, workers, stopped } = outage;
  const stream: Stream = {
    id: 's',
    clock: 'traffic',
    class: 'open',
    node: 'kong-1',
    t0Ms: 0,
    spacingMs,
    timeoutMs,
  };
  const samples: Sample[] = [];
  const lastMs = (stopped ? Math.max(outage.endMs, stopped.toMs) : outage.endMs) + 12_000;
  for (let index = 0; index * spacingMs < lastMs; index += 1) {
    const dueMs = index * spacingMs;
    const sentMs = dueMs + (random() < 0.03 ? random() * 60 : random() * 1.5);
    if (stopped && sentMs >= stopped.fromMs && sentMs < stopped.toMs) continue;
    samples.push(probe(index, sentMs, outage, random));
  }
  const stalls = stopped ? [stopped] : [];
  return {
    watched: { stream, samples: shuffledByEnd(samples) },
    context: { issuedMs, workers, windowMs: 10_000, stalls },
  };
}

function probe(index: number, sentMs: number, outage: VirtualOutage, random: Random): Sample {
  const workMs = random() < 0.01 ? 5 + random() * 40 : 0.5 + random() * 3;
  const decidedMs = sentMs + workMs * random();
  const hit = Math.floor(random() * outage.workers) < outage.failing;
  const down = hit && decidedMs >= outage.beginMs && decidedMs < outage.endMs;
  const answeredMs = sentMs + workMs;
  if (!down) return ended([index, sentMs, answeredMs], 'right', outage);
  if (outage.kind === 'hang') return ended([index, sentMs, Infinity], 'right', outage);
  if (outage.kind === 'freeze') return ended([index, sentMs, outage.endMs + workMs], 'right', outage);
  return ended([index, sentMs, answeredMs], outage.kind === 'refuse' ? 'error' : 'wrong', outage);
}

/** The sample as the prober has it: nothing after the timeout, and nothing read while it stands still. */
function ended(
  [index, sentMs, answeredMs]: readonly [index: number, sentMs: number, answeredMs: number],
  outcome: ProbeOutcome,
  { timeoutMs, stopped, kind }: VirtualOutage,
): Sample {
  const timedOut = answeredMs > sentMs + timeoutMs;
  const realMs = timedOut ? sentMs + timeoutMs : answeredMs;
  const asleep = stopped !== undefined && realMs >= stopped.fromMs && realMs < stopped.toMs;
  const doneMs = asleep ? stopped.toMs : realMs;
  // After a stop the timers fire first: an answer that lay there unread may be taken for none.
  const late = doneMs - sentMs > timeoutMs;
  const read: ProbeOutcome = timedOut || (late && index % 2 === 0) ? 'timeout' : outcome;
  const place = probeOutcomeWords.indexOf(read);
  return read === 'right' ? [index, sentMs, doneMs, place] : [index, sentMs, doneMs, place, kind];
}

/** In the order in which they ended, as they reach the journal. */
function shuffledByEnd(samples: readonly Sample[]): readonly Sample[] {
  return samples.toSorted((a, b) => a[2] - b[2]);
}
