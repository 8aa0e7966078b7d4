/** The three clocks, and the objectives on them. */
import { clockOf, findings, outagesSeen, parityClock } from '../measure/rto.js';
import type { WatchedStream } from '../measure/rto.js';
import type { Clock } from '../model/drill.js';
import { formatDuration, formatTarget } from '../model/units.js';
import { verdictOfInterval } from '../model/verdict.js';
import type { CaseResult, ClockResult, ObjectiveResult } from '../model/verdict.js';
import { lostKinds } from './declared-loss.js';
import type { CaseFacts } from './facts.js';
import { againstTarget, inconclusive, met, missed, notRun, unproven } from './objective.js';
import type { Objectives } from './objectives.js';
import type { Steadiness } from './steady-state.js';
import { watchContext, watchedStreams } from './samples.js';

const clockWords = ['traffic', 'config', 'parity'] as const;

export function clockResults(facts: CaseFacts, objectives: Objectives): ClockResult[] {
  const context = watchContext(facts, objectives);
  if (!context) return [];
  const streams = withoutDeclared(facts, objectives);
  return [
    clockOf('traffic', streams, context),
    clockOf('config', streams, context),
    parityClock(facts.snapshots, context.issuedMs),
  ];
}

/** Stretches in which probes failed, stream by stream in the order of their beginnings, for the timeline. */
export function outagesOf(facts: CaseFacts, objectives: Objectives): CaseResult['outages'] {
  const context = watchContext(facts, objectives);
  if (!context) return [];
  const found = findings(watchedStreams(facts), context);
  return outagesSeen(found, probedUntilMs(facts)).sort((a, b) => a.fromMs - b.fromMs);
}

/** When the last answer to a probe came, or was given up. */
function probedUntilMs({ streams }: CaseFacts): number {
  const ends = [...streams.values()].flatMap(({ samples }) => samples.at(-1)?.[2] ?? []);
  return Math.max(0, ...ends);
}

const unsteady = {
  traffic: 'not everything answered before the failure either',
  config: 'not every new credential took effect before the failure either',
} as const;

/** Where the probes were not steady before the failure, what they saw after it is no proof that a recovery was too slow. */
export function judgeClocks(
  clocks: readonly ClockResult[],
  objectives: Objectives,
  wasSteady: Steadiness,
): ObjectiveResult[] {
  return clockWords.flatMap((clock) => {
    const targetMs = objectives.rtoMs[clock];
    if (targetMs === undefined) return [];
    const judged = judgeClock(
      clock,
      targetMs,
      clocks.find((it) => it.clock === clock),
    );
    if (clock === 'parity' || wasSteady[clock] || judged.verdict !== 'missed') return [judged];
    return [unproven(judged, unsteady[wasSteady.traffic ? clock : 'traffic'])];
  });
}

function judgeClock(clock: Clock, targetMs: number, result: ClockResult | undefined): ObjectiveResult {
  const asked = {
    group: `rto-${clock}`,
    title: `RTO ${clock}`,
    target: formatTarget(targetMs),
    targetMs,
  } as const;
  if (!result) return notRun(asked, 'Nothing was destroyed, so nothing was timed.');
  const { seen, rto, floorMs, why } = result;
  const remark = why === undefined ? [] : [why];
  if (seen === 'none' && !rto) {
    return met(asked, `No outage seen (shorter than ${formatDuration(floorMs)} would not be seen).`, remark);
  }
  if (!rto) return inconclusive(asked, `Not timed: ${why ?? 'nothing watched it'}.`);
  const judged = { met, missed, inconclusive }[verdictOfInterval(rto, targetMs)];
  const open = rto.upperMs === null ? `; ${why ?? 'not seen to recover'}` : '';
  const nodes = result.perNode.map((it) => `${it.node}: ${againstTarget(it.rto, targetMs)}`);
  return judged({ ...asked, measured: rto }, `${againstTarget(rto, targetMs)}${open}.`, [
    ...nodes,
    ...remark,
  ]);
}

/** What a path is declared not to bring back cannot hold its clocks up. */
function withoutDeclared(facts: CaseFacts, { declaredLoss }: Objectives): WatchedStream[] {
  const kinds = lostKinds(declaredLoss, facts.recovery);
  return watchedStreams(facts).filter(({ stream }) => !kinds.includes(stream.class));
}
