/**
 * The probe process: nothing else runs in it, so that nothing else can make a probe late.
 *
 *   due      t0       t0+Δ      t0+2Δ     t0+3Δ …     whether or not earlier ones have answered
 *   sent     |        |  late →|   |      |           lateness is in the sample
 *   stalled  |        ├────────────────┤  |           overdue by more than Δ: given up and counted, never bunched
 *
 * Orders come and results go over the channel of `fork`; when the runner is gone, so is this.
 */
import { probeOutcomeWords } from '../model/journal.js';
import type { ProbeOutcome, Sample, Stream } from '../model/journal.js';
import { attemptAnswers, attemptEffect } from './probe-attempt.js';
import type { Attempt, AttemptEnd } from './probe-attempt.js';
import type { ProbeMessage, ProbeOrders, ProbeStream, StallReport } from './probe-spec.js';

const flushMs = 80;
const pulseMs = 10;
/** Pulses further apart than this are a stall. */
const stallMs = 50;
const leadMs = 100;

const waiting = new Map<string, Sample[]>();
const stalls: StallReport[] = [];
let dropped = 0;
let originNs = 0n;
let stopping = false;

process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the runner decides when probing ends.
process.on('SIGINT', () => undefined);
process.on('message', (message: ProbeOrders | 'stop') => {
  if (message === 'stop') stop();
  else start(message);
});

function nowMs(): number {
  return Number((process.hrtime.bigint() - originNs) / 1_000n) / 1_000;
}

function tell(message: ProbeMessage, sent?: () => void): void {
  process.send?.(message, () => sent?.());
}

function start(orders: ProbeOrders): void {
  originNs = BigInt(orders.originNs);
  const beginMs = nowMs() + leadMs;
  const count = orders.streams.length;
  // Spread over the spacing: probes of different streams do not meet.
  const streams = orders.streams.map((probe, place): Stream => {
    const t0Ms = Math.round(beginMs + (place * probe.stream.spacingMs) / count);
    return { ...probe.stream, t0Ms };
  });
  tell({ kind: 'started', streams });
  for (const [place, stream] of streams.entries()) {
    const probe = orders.streams[place];
    if (probe) schedule(probe, stream, 0);
  }
  watchPulse();
  setInterval(flush, flushMs);
}

function stop(): void {
  stopping = true;
  flush();
  tell({ kind: 'stopped' }, () => process.exit(0));
}

function schedule(probe: ProbeStream, stream: Stream, index: number): void {
  if (stopping) return;
  const waitMs = stream.t0Ms + index * stream.spacingMs - nowMs();
  if (waitMs > 0) return void setTimeout(() => schedule(probe, stream, index), Math.ceil(waitMs));
  // Only the newest of those overdue is sent: the others are given up, as sending them now would bunch them.
  const newest = index + Math.floor(-waitMs / stream.spacingMs);
  dropped += newest - index;
  send(probe, stream, newest);
  schedule(probe, stream, newest + 1);
}

function send(probe: ProbeStream, stream: Stream, index: number): void {
  const sentMs = nowMs();
  const context = { now: () => new Date(), later: (ms: number, act: () => void) => void setTimeout(act, ms) };
  const limit = setTimeout(giveUpSoon, stream.timeoutMs);
  let giveUp: NodeJS.Immediate | undefined;
  const attempt = begin((result) => {
    clearTimeout(limit);
    clearImmediate(giveUp);
    if (result.outcome === 'local') dropped += 1;
    else keep(stream, [index, sentMs, nowMs(), placeOf(result.outcome), ...seenOf(result)]);
  });

  function begin(end: (result: AttemptEnd) => void): Attempt {
    if (probe.kind === 'effect') return attemptEffect(probe, context, end);
    return attemptAnswers(probe.rounds[index % probe.rounds.length] ?? [], context, end);
  }
  function giveUpSoon(): void {
    // After a stall timers run first: an answer that lies there already is read before it is taken for none.
    giveUp = setImmediate(() => {
      attempt.cancel();
      keep(stream, [index, sentMs, nowMs(), placeOf('timeout'), attempt.lastSeen()]);
    });
  }
}

function placeOf(outcome: ProbeOutcome): number {
  return probeOutcomeWords.indexOf(outcome);
}

function seenOf({ outcome, seen }: AttemptEnd): [] | [string] {
  return outcome === 'right' ? [] : [seen];
}

function keep(stream: Stream, sample: Sample): void {
  const samples = waiting.get(stream.id);
  if (samples) samples.push(sample);
  else waiting.set(stream.id, [sample]);
}

function flush(): void {
  if (dropped > 0) noteStall(nowMs(), nowMs());
  if (waiting.size === 0 && stalls.length === 0) return;
  tell({ kind: 'batch', samples: [...waiting], stalls: stalls.splice(0) });
  waiting.clear();
}

/** Notes when this process itself stood still: whatever it says about those moments is late. */
function watchPulse(): void {
  let lastMs = nowMs();
  setInterval(() => {
    const beatMs = nowMs();
    if (beatMs - lastMs > stallMs) noteStall(lastMs, beatMs);
    lastMs = beatMs;
  }, pulseMs);
}

function noteStall(fromMs: number, toMs: number): void {
  stalls.push({ fromMs, toMs, dropped });
  dropped = 0;
}
