/** Whether the run may be believed: a clean steady state before the failure. Pure. */
import type { Sample } from '../model/journal.js';
import { classesOf } from './rto.js';
import type { WatchedStream } from './rto.js';
import { leastSteadySamples, outcomeOf } from './uncertainty.js';

const leastCleanProbes = 200;
/** The grain of the clock. */
const tickMs = 0.001;

export interface SteadyState {
  readonly met: boolean;
  readonly probes: number;
  /** The figures where it is met, else the first thing that is missing or was not clean. */
  readonly reason: string;
  /** One line for each stream that fell short. */
  readonly details: readonly string[];
  /** The newest probe that was not right, in words. */
  readonly lastSeen?: string;
}

/** A configuration change takes effect whenever it does: what rule 15 asks for are the streams that wait for an answer. */
export function answeringStreams(streams: readonly WatchedStream[]): readonly WatchedStream[] {
  return streams.filter(({ stream }) => stream.clock !== 'config');
}

/** Where a steady state can begin: behind the newest probe that was not right. */
export function cleanSince(streams: readonly WatchedStream[], fromMs: number): number {
  const unclean = streams.flatMap(({ samples }) => samples.filter(isUnclean));
  return unclean.reduce((latest, [, sentMs]) => Math.max(latest, sentMs + tickMs), fromMs);
}

/** Since then there were enough probes of those that wait for an answer, and not one was right: waiting does not help. */
export function isSilent(streams: readonly WatchedStream[], fromMs: number): boolean {
  const samples = answeringStreams(streams).flatMap((stream) => stream.samples);
  const sent = samples.filter((sample) => sample[1] >= fromMs);
  return sent.length >= leastCleanProbes && sent.every(isUnclean);
}

/** Rule 15: at least 200 clean probes sent within [from, to], at least 20 in each stream (and class), and not one that is not right. */
export function steadyState(
  streams: readonly WatchedStream[],
  span: { readonly from: number; readonly to: number },
): SteadyState {
  const counts = streams.flatMap(classesOf).map(({ stream, samples }) => {
    const sent = samples.filter((sample) => sample[1] >= span.from && sample[1] <= span.to);
    const unclean = sent.filter(isUnclean);
    return { name: `${stream.class} on ${stream.node}`, sent: sent.length, unclean };
  });
  const probes = counts.reduce((sum, { sent }) => sum + sent, 0);
  const last = counts
    .flatMap(({ name, unclean }) => unclean.map((sample) => ({ name, sample })))
    .reduce<Unclean | undefined>(newerOf, undefined);
  const seen = last && { lastSeen: `${seenIn(last.sample)} from ${last.name}` };
  const details = counts.flatMap(({ name, sent, unclean }) => [
    ...(unclean.length > 0
      ? [`${name}: ${unclean.length} of ${sent} not right (${seenIn(unclean[0])})`]
      : []),
    ...(sent < leastSteadySamples
      ? [`${name}: ${sent} probes, expected at least ${leastSteadySamples}`]
      : []),
  ]);
  const enough = probes >= leastCleanProbes;
  if (enough && details.length === 0) {
    const reason = `${probes} probes in ${counts.length} streams, all right`;
    return { met: true, probes, reason, details };
  }
  const reason = enough ? (details[0] ?? '') : `${probes} probes, expected at least ${leastCleanProbes}`;
  return { met: false, probes, reason, details, ...seen };
}

function isUnclean(sample: Sample): boolean {
  return outcomeOf(sample) !== 'right';
}

interface Unclean {
  readonly name: string;
  readonly sample: Sample;
}

function newerOf(one: Unclean | undefined, other: Unclean): Unclean {
  return one && one.sample[2] >= other.sample[2] ? one : other;
}

function seenIn(sample: Sample | undefined): string {
  return sample?.[4] ?? 'timeout';
}
