/** A recovery path: its stages in their order, each of them step by step, until one fails. */
import { DrillError, messageOf } from '../model/drill-error.js';
import type { Recorder } from '../model/journal.js';
import type { PlannedStage, RecoveryStep } from '../model/plan.js';
import { withLimit } from '../system/clock.js';
import { perform } from './actions.js';
import type { Outcome, RecoveryContext } from './recovery.js';

export interface RecoverOptions extends Omit<RecoveryContext, 'signal'> {
  readonly record: Recorder;
  /** Aborts when the run is interrupted. */
  readonly signal: AbortSignal;
  /** Called after each stage that worked, e.g. to measure what it brought back. */
  readonly afterStage?: (index: number) => Promise<void>;
}

/** @returns whether every step worked. @throws only where the run was interrupted. */
export async function recover(stages: readonly PlannedStage[], options: RecoverOptions): Promise<boolean> {
  const { record } = options;
  for (const [index, { stage, steps }] of stages.entries()) {
    record({ kind: 'stage-started', stage: stage.stage, index });
    const ok = await runSteps(stage.stage, steps, options);
    record({ kind: 'stage-ended', stage: stage.stage, index, ok });
    if (!ok) return false;
    await options.afterStage?.(index);
  }
  return true;
}

async function runSteps(
  stage: string,
  steps: readonly RecoveryStep[],
  options: RecoverOptions,
): Promise<boolean> {
  for (const step of steps) {
    const startedMs = options.clock.nowMs();
    options.record({ kind: 'step-started', stage, step: step.step, title: step.title });
    const { command, ...rest } = await attempt(step, options);
    options.record({
      kind: 'step-ended',
      stage,
      step: step.step,
      startedMs,
      ...rest,
      ...(command ? { command: [...command] } : {}),
    });
    if (!rest.ok) return false;
  }
  return true;
}

/** A step that throws or hangs past its limit has failed; what goes further up is an interruption, or a broken engine. */
async function attempt(step: RecoveryStep, options: RecoverOptions): Promise<Outcome> {
  const { clock, limitMs, signal } = options;
  const limit = withLimit(limitMs, signal);
  const startedMs = clock.nowMs();
  try {
    return await perform(step.action, { ...options, signal: limit });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DrillError && error.code === 'engine') throw error;
    if (limit.aborted) return { ok: false, detail: `did not end within its limit of ${limitMs / 1_000} s` };
    return {
      ok: false,
      detail: `${messageOf(error)} (after ${((clock.nowMs() - startedMs) / 1_000).toFixed(1)} s)`,
    };
  }
}
