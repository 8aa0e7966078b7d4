/** Before anything is broken, everything has to answer: 200 clean probes, and 20 in each stream. */
import type { ObjectiveResult } from '../model/verdict.js';
import type { CaseFacts, StreamSamples } from './facts.js';
import { counted, inconclusive, met, notRun } from './objective.js';
import { isRight, seenBy } from './samples.js';

const leastProbes = 200;
const leastPerStream = 20;
const subject = { group: 'steady-state', title: 'Steady state' } as const;

export function judgeSteadyState(facts: CaseFacts): ObjectiveResult {
  const { steadyState } = facts;
  if (!steadyState) return notRun(subject, 'The run did not get as far as a steady state.');
  const { fromMs, toMs } = steadyState;
  const counts = [...facts.streams.values()]
    .filter(({ stream }) => stream.clock !== 'config' && stream.t0Ms < toMs)
    .map((stream) => countWithin(stream, fromMs, toMs));
  const clean = counts.reduce((sum, count) => sum + count.clean, 0);
  const failed = counts.filter((count) => count.failures.length > 0);
  if (failed.length > 0) {
    const details = failed.map(
      (count) => `${count.id}: ${count.failures.length} not right, e.g. ${count.failures[0] ?? ''}`,
    );
    return inconclusive(
      subject,
      'Before the disaster, probes already failed: nothing can be blamed on it.',
      details,
    );
  }
  const thin = counts.filter((count) => count.clean < leastPerStream);
  const figures = `${counted(clean, 'clean probe')} over ${counted(counts.length, 'stream')}`;
  if (clean < leastProbes || thin.length > 0) {
    const needed = `${leastProbes}, and ${leastPerStream} in each stream, are needed`;
    return inconclusive(
      subject,
      `${figures}; ${needed}.`,
      thin.map((count) => `${count.id}: ${count.clean}`),
    );
  }
  return met(subject, `${figures}, and none that failed.`);
}

function countWithin({ stream, samples }: StreamSamples, fromMs: number, toMs: number) {
  const within = samples.filter(([, sentMs, doneMs]) => sentMs >= fromMs && doneMs <= toMs);
  const failures = within.filter((sample) => !isRight(sample)).map(seenBy);
  return { id: stream.id, clean: within.length - failures.length, failures };
}
