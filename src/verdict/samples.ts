/** Probe samples as a case recorded them. */
import { classesOf } from '../measure/rto.js';
import type { WatchedStream } from '../measure/rto.js';
import { outcomeOf } from '../measure/uncertainty.js';
import type { Sample } from '../model/journal.js';
import type { CaseFacts } from './facts.js';

export const isRight = (sample: Sample): boolean => outcomeOf(sample) === 'right';

/** Every stream, those whose classes take turns taken apart. */
export function watchedStreams(facts: CaseFacts): WatchedStream[] {
  return [...facts.streams.values()].flatMap(classesOf);
}
