/** The three clocks, from samples and snapshots to intervals, and the objectives on them. */
import type { Clock } from '../model/drill.js';
import type { StreamClock } from '../model/journal.js';
import { formatDuration } from '../model/units.js';
import type { ClockResult, Interval, ObjectiveResult } from '../model/verdict.js';
import { failedAtMs } from './failure.js';
import type { CaseFacts, StreamSamples } from './facts.js';
import {
  againstTarget,
  formatTarget,
  inconclusive,
  met,
  missed,
  notRun,
  verdictOfInterval,
} from './objective.js';
import type { Objectives } from './objectives.js';
import { isRight } from './samples.js';

const clockWords = ['traffic', 'config', 'parity'] as const;
const leastWindowMs = 10_000;

export function clockResults(facts: CaseFacts, objectives: Objectives): ClockResult[] {
  const failedMs = failedAtMs(facts);
  if (failedMs === undefined) return [];
  return [
    probedClock('traffic', ['traffic'], { facts, objectives, failedMs }),
    probedClock('config', ['config', 'uncached'], { facts, objectives, failedMs }),
    parityClock(facts, failedMs),
  ];
}

export function judgeClocks(clocks: readonly ClockResult[], objectives: Objectives): ObjectiveResult[] {
  return clockWords.flatMap((clock) => {
    const targetMs = objectives.rtoMs[clock];
    return targetMs === undefined
      ? []
      : [
          judgeClock(
            clock,
            targetMs,
            clocks.find((it) => it.clock === clock),
          ),
        ];
  });
}

const titles: Readonly<Record<Clock, string>> = {
  traffic: 'RTO traffic',
  config: 'RTO config',
  parity: 'RTO parity',
};

function judgeClock(clock: Clock, targetMs: number, result: ClockResult | undefined): ObjectiveResult {
  const group = `rto-${clock}` as const;
  const asked = { group, title: titles[clock], target: formatTarget(targetMs), targetMs };
  if (!result) return notRun(asked, 'Nothing was destroyed, so nothing was timed.');
  const floor = formatDuration(result.floorMs);
  if (result.seen === 'none') return met(asked, `No outage seen (shorter than ${floor} would not be seen).`);
  if (result.seen === 'unknown' || !result.rto) {
    return inconclusive(asked, `It could not be timed: ${result.why ?? 'nothing watched it'}.`);
  }
  const subject = { ...asked, measured: result.rto };
  const verdict = verdictOfInterval(result.rto, targetMs);
  const unseen = result.rto.upperMs === null ? ' (not recovered for good when watching ended)' : '';
  const reason = `${againstTarget(result.rto, targetMs)}${unseen}.`;
  const details = result.perNode.map(({ node, rto }) => `${node}: ${againstTarget(rto, targetMs)}`);
  return { met, missed, inconclusive }[verdict](subject, reason, details);
}

interface ProbedContext {
  readonly facts: CaseFacts;
  readonly objectives: Objectives;
  readonly failedMs: number;
}

function probedClock(
  clock: 'traffic' | 'config',
  of: readonly StreamClock[],
  context: ProbedContext,
): ClockResult {
  const { facts, objectives, failedMs } = context;
  const streams = [...facts.streams.values()].filter(({ stream }) => of.includes(stream.clock));
  const floorMs = Math.max(0, ...streams.map(({ stream }) => stream.spacingMs));
  const windowMs = Math.max(leastWindowMs, (objectives.rtoMs[clock] ?? 0) / 10);
  const missing = of.find(
    (word) => !streams.some(({ stream, samples }) => stream.clock === word && samples.length > 0),
  );
  const empty = { clock, floorMs, perNode: [] };
  if (missing !== undefined) return { ...empty, seen: 'unknown', why: `no ${missing} probe was sent` };
  const recoveries = streams.map((stream) => ({
    node: stream.stream.node,
    rto: recoveryOf(stream, failedMs, windowMs),
  }));
  const outages = recoveries.flatMap(({ node, rto }) => (rto ? [{ node, rto }] : []));
  if (outages.length === 0) return { ...empty, seen: 'none' };
  const nodes = [...new Set(outages.map(({ node }) => node))];
  return {
    ...empty,
    seen: 'outage',
    rto: latestOf(outages.map(({ rto }) => rto)),
    perNode: nodes.map((node) => ({
      node,
      rto: latestOf(outages.filter((it) => it.node === node).map((it) => it.rto)),
    })),
  };
}

/** From the failure to the first probe of a long enough window without a failure; `undefined` where none failed. */
function recoveryOf({ samples }: StreamSamples, failedMs: number, windowMs: number): Interval | undefined {
  const lastWrong = samples.findLastIndex((sample) => sample[1] >= failedMs && !isRight(sample));
  const wrong = samples[lastWrong];
  if (!wrong) return undefined;
  const [first, last] = [samples[lastWrong + 1], samples.at(-1)];
  const stayed = first !== undefined && last !== undefined && last[2] - first[1] >= windowMs;
  return { lowerMs: wrong[1] - failedMs, upperMs: stayed ? first[2] - failedMs : null };
}

function latestOf(intervals: readonly Interval[]): Interval {
  const uppers = intervals.map((it) => it.upperMs);
  return {
    lowerMs: Math.max(...intervals.map((it) => it.lowerMs)),
    upperMs: uppers.includes(null) ? null : Math.max(...uppers.map((it) => it ?? 0)),
  };
}

/** [start of the last unequal snapshot, end of the first equal one after it]. */
function parityClock(facts: CaseFacts, failedMs: number): ClockResult {
  const after = facts.snapshots.filter((it) => it.beganMs >= failedMs);
  const base = { clock: 'parity', floorMs: 0, perNode: [] } as const;
  const unequal = after.findLastIndex((it) => !it.equal);
  const [last, first] = [after[unequal], after[unequal + 1]];
  if (after.length === 0)
    return { ...base, perNode: [], seen: 'unknown', why: 'entities were not read after the disaster' };
  const lowerMs = last ? last.beganMs - failedMs : 0;
  return {
    ...base,
    perNode: [],
    seen: 'outage',
    rto: { lowerMs, upperMs: first ? first.endedMs - failedMs : null },
  };
}
