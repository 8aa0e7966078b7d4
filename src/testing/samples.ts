/** Samples written as a line of letters, one a probe: R right, W wrong, E error, T timeout, S right after 600 ms, `.` none. */
import { probeOutcomeWords } from '../model/journal.js';
import type { ProbeOutcome, Sample, Stream } from '../model/journal.js';
import type { WatchedStream } from '../measure/rto.js';

export interface Written {
  readonly stream?: Partial<Stream>;
  /** The index of the first letter. */
  readonly from?: number;
}

/** Answers take 2 ms, timeouts 1 s; `R*30` is thirty of them. */
export function written(line: string, { stream = {}, from = 0 }: Written = {}): WatchedStream {
  const full: Stream = {
    id: 'open@kong-1',
    clock: 'traffic',
    class: 'open',
    node: 'kong-1',
    t0Ms: 0,
    spacingMs: 100,
    timeoutMs: 1_000,
    ...stream,
  };
  const spelled = line
    .replaceAll(' ', '')
    .replace(/(.)\*([0-9]+)/g, (_, one: string, times: string) => one.repeat(Number(times)));
  const samples = Array.from(spelled).flatMap((letter, place): Sample[] => {
    const index = from + place;
    const sentMs = full.t0Ms + index * full.spacingMs;
    const how = letter === '.' ? undefined : meanings[letter];
    if (!how) return [];
    const outcome = probeOutcomeWords.indexOf(how.outcome);
    if (how.outcome === 'right') return [[index, sentMs, sentMs + how.tookMs, outcome]];
    return [[index, sentMs, sentMs + how.tookMs, outcome, how.seen]];
  });
  return { stream: full, samples };
}

const meanings: Readonly<Record<string, { outcome: ProbeOutcome; tookMs: number; seen: string }>> = {
  R: { outcome: 'right', tookMs: 2, seen: '' },
  S: { outcome: 'right', tookMs: 600, seen: '' },
  W: { outcome: 'wrong', tookMs: 2, seen: '500 instead of 200' },
  E: { outcome: 'error', tookMs: 2, seen: 'ECONNREFUSED' },
  T: { outcome: 'timeout', tookMs: 1_000, seen: 'no answer' },
};
