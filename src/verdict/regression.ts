/** The regression budget: a recovery that is slower than it has been lately, whatever its target allows. */
import type { Clock } from '../model/drill.js';
import type { EarlierRun, RecoveryPart } from '../model/history.js';
import { counted, formatDuration, formatInterval } from '../model/units.js';
import type { ClockResult, ObjectiveResult } from '../model/verdict.js';
import type { CaseContext } from './case-context.js';
import { inconclusive, met, missed, notRun } from './objective.js';
import { isPartOf } from './parts.js';

/** A case, as far as its time is concerned. */
export interface TimedCase {
  readonly recovery: string;
  readonly clocks: readonly ClockResult[];
  readonly parts: readonly RecoveryPart[];
}

/**
 * Missed where the lower bound of a clock is above the upper bounds of the last runs that it stopped in: those of this drill and
 * path, on the same engine, rehearsals against rehearsals. Fewer such runs than the budget names prove nothing.
 */
export function judgeRegression(timed: TimedCase, { run, objectives }: CaseContext): ObjectiveResult[] {
  const { regressionRuns, rtoMs } = objectives;
  if (regressionRuns === undefined) return [];
  const { engine, rehearsal } = run.started;
  const alike = run.earlier.filter((it) => it.engine === engine && it.rehearsal === rehearsal);
  return (['traffic', 'config', 'parity'] as const)
    .filter((clock) => rtoMs[clock] !== undefined)
    .map((clock) => judgeClock(timed, clock, lastRuns(alike, { ...timed, clock, regressionRuns })));
}

interface Held {
  readonly needed: number;
  readonly runs: readonly { readonly upperMs: number; readonly parts: readonly RecoveryPart[] }[];
}

function lastRuns(
  alike: readonly EarlierRun[],
  wanted: { readonly recovery: string; readonly clock: Clock; readonly regressionRuns: number },
): Held {
  const stopped = alike.flatMap(({ paths }) => {
    const path = paths.find(({ recovery }) => recovery === wanted.recovery);
    const upperMs = path?.rto[wanted.clock]?.upperMs;
    return typeof upperMs === 'number' ? [{ upperMs, parts: path?.parts ?? [] }] : [];
  });
  return { needed: wanted.regressionRuns, runs: stopped.slice(-wanted.regressionRuns) };
}

function judgeClock({ clocks, parts }: TimedCase, clock: Clock, { needed, runs }: Held): ObjectiveResult {
  const last = `the last ${counted(needed, 'run')}`;
  const asked = {
    group: 'regression',
    of: clock,
    title: `Regression ${clock}`,
    target: `not above ${last}`,
  } as const;
  const found = clocks.find((it) => it.clock === clock);
  if (!found) return notRun(asked, 'Nothing was destroyed, so nothing was timed.');
  if (found.seen === 'unknown')
    return inconclusive(asked, `Not timed: ${found.why ?? 'nothing watched it'}.`);
  if (runs.length < needed)
    return inconclusive(asked, `Held against ${last}, of which ${runs.length} are known.`, [
      'Runs count that stopped this clock of this path, on the same engine, and were rehearsals or not as this one.',
    ]);
  const mostMs = Math.max(...runs.map(({ upperMs }) => upperMs));
  const { rto } = found;
  if (!rto) return met({ ...asked, targetMs: mostMs }, 'No outage was seen.');
  const subject = { ...asked, targetMs: mostMs, measured: rto };
  const figures = formatInterval(rto.lowerMs, rto.upperMs);
  const before = `at most ${formatDuration(mostMs)}`;
  if (rto.lowerMs <= mostMs) return met(subject, `${figures}, not clearly above ${last} (${before}).`);
  const growths = growthsOf(
    parts.filter((it) => isPartOf(clock, it)),
    runs,
  );
  const [most] = growths;
  const what = most ? `grown most: ${most}` : 'which part of it grew is not known';
  return missed(subject, `${figures}, above all of ${last} (${before}); ${what}.`, growths.slice(1));
}

/** Parts that took longer than in any of the runs, in words; the one that grew most comes first. */
function growthsOf(parts: readonly RecoveryPart[], runs: Held['runs']): string[] {
  return parts
    .flatMap(({ name, tookMs }) => {
      const before = runs.flatMap((run) => run.parts.filter((it) => it.name === name).map((it) => it.tookMs));
      const mostMs = before.length === 0 ? 0 : Math.max(...before);
      return tookMs > mostMs ? [{ name, tookMs, before, mostMs }] : [];
    })
    .toSorted((a, b) => b.tookMs - b.mostMs - (a.tookMs - a.mostMs))
    .map(({ name, tookMs, before, mostMs }) => {
      const then = before.length === 0 ? 'not there before' : `before at most ${formatDuration(mostMs)}`;
      return `${name}, ${formatDuration(tookMs)} (${then})`;
    });
}
