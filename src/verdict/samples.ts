/** Probe samples as a case recorded them, and how they are to be looked at. */
import { classesOf } from '../measure/rto.js';
import type { WatchContext, WatchedStream } from '../measure/rto.js';
import { failedAtMs } from './facts.js';
import type { CaseFacts } from './facts.js';
import type { Objectives } from './objectives.js';

const leastWindowMs = 10_000;

/** Every stream, those whose classes take turns taken apart. */
export function watchedStreams(facts: CaseFacts): WatchedStream[] {
  return [...facts.streams.values()].flatMap(classesOf);
}

/** How the streams of a case are to be looked at; `undefined` where nothing was destroyed. */
export function watchContext(facts: CaseFacts, { workers }: Objectives): WatchContext | undefined {
  const issuedMs = failedAtMs(facts);
  return issuedMs === undefined
    ? undefined
    : { issuedMs, workers, windowMs: leastWindowMs, stalls: facts.stalls };
}
