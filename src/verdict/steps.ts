/** The recovery's own steps: one that fails or hangs is the path's failure, never the runner's. */
import { counted, formatDuration } from '../model/units.js';
import type { ObjectiveResult, StepResult } from '../model/verdict.js';
import type { CaseFacts, StepFact } from './facts.js';
import { met, missed, notRun } from './objective.js';

const subject = { group: 'recovery-steps', title: 'Recovery steps' } as const;

export function judgeSteps(facts: CaseFacts): ObjectiveResult {
  const failed = facts.steps.filter((step) => step.ended?.ok === false);
  const first = failed[0];
  if (first?.ended) {
    const { stage, step, exitCode, detail, output } = first.ended;
    const code = exitCode === undefined ? '' : `: exit code ${exitCode}`;
    const said = detail === undefined ? code : `: ${detail}`;
    const lines = output === undefined ? [] : output.trimEnd().split('\n').slice(-20);
    return missed(subject, `Step \`${step}\` of \`${stage}\` failed${said}.`.replace(/\.\.$/, '.'), lines);
  }
  const brokenStage = facts.stages.find((stage) => !stage.ok);
  if (brokenStage) return missed(subject, `Stage \`${brokenStage.stage}\` failed.`);
  if (facts.recoveredStepsMs === undefined) {
    if (facts.steps.length === 0) return notRun(subject, 'The run did not get as far as a recovery step.');
    const open = facts.steps.find((step) => step.ended === undefined);
    const where = open
      ? `in the middle of step \`${open.started.step}\``
      : 'before the last recovery step ended';
    return notRun(subject, `The run stopped ${where}.`);
  }
  const tookMs = facts.steps.reduce((sum, step) => sum + durationOf(step), 0);
  const retried = facts.steps.filter((step) => (step.ended?.attempts ?? 1) > 1);
  const details = retried.map((step) => `${step.started.step}: ${step.ended?.attempts ?? 1} attempts`);
  return met(
    subject,
    `${counted(facts.steps.length, 'step')} in ${formatDuration(tookMs)}, each with success.`,
    details,
  );
}

export function stepResults(facts: CaseFacts): StepResult[] {
  return facts.steps.map(({ started, ended }) => ({
    stage: started.stage,
    step: started.step,
    title: started.title,
    startedMs: ended?.startedMs ?? started.t,
    ...(ended?.command && { command: ended.command }),
    ...(ended && { endedMs: ended.t, ok: ended.ok }),
    ...(ended?.exitCode !== undefined && { exitCode: ended.exitCode }),
    ...(ended?.detail !== undefined && { detail: ended.detail }),
    ...(ended?.output !== undefined && { output: ended.output }),
    ...(ended?.attempts !== undefined && { attempts: ended.attempts }),
  }));
}

function durationOf({ ended }: StepFact): number {
  return ended ? ended.t - ended.startedMs : 0;
}
