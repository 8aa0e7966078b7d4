/** What an RTO is made of, so that one can say which part of it grew. */
import type { RecoveryPart } from '../model/history.js';
import type { CaseResult, ClockResult, StepResult } from '../model/verdict.js';
import { toMicroseconds } from './rounding.js';

type Timed = Pick<CaseResult, 'failedAtMs' | 'steps' | 'clocks'>;

/**
 * From the failure to each clock's end, in order: what passed before the first step, each step, and what passed after the
 * last one until the clock stopped. Steps of one name are added up. Milliseconds ≥ 0; nothing without a step.
 */
export function partsOf({ failedAtMs, steps, clocks }: Timed): RecoveryPart[] {
  const ended = steps.flatMap((step) =>
    step.endedMs === undefined ? [] : [{ ...step, toMs: step.endedMs }],
  );
  const first = ended[0];
  if (failedAtMs === undefined || !first) return [];
  const lastMs = Math.max(...ended.map(({ toMs }) => toMs)) - failedAtMs;
  const tookMs = new Map<string, number>();
  for (const step of ended) {
    const name = nameOf(step);
    tookMs.set(name, (tookMs.get(name) ?? 0) + step.toMs - step.startedMs);
  }
  return [
    part('before the first step', first.startedMs - failedAtMs),
    ...[...tookMs].map(([name, ms]) => part(name, ms)),
    ...clocks.flatMap(({ clock, rto }) =>
      typeof rto?.upperMs === 'number' ? [part(afterSteps(clock), rto.upperMs - lastMs)] : [],
    ),
  ];
}

/** Whether a part belongs to the time that this clock measures. */
export function isPartOf(clock: ClockResult['clock'], { name }: RecoveryPart): boolean {
  return !name.startsWith(afterPrefix) || name === afterSteps(clock);
}

const afterPrefix = 'after the last step, until ';

function afterSteps(clock: ClockResult['clock']): string {
  return `${afterPrefix}${clock} was back`;
}

function nameOf({ stage, step }: StepResult): string {
  return `${stage}: ${step}`;
}

function part(name: string, ms: number): RecoveryPart {
  return { name, tookMs: toMicroseconds(Math.max(0, ms)) };
}
