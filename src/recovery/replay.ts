/** `ci-replay`: the recorded runs of the pipelines again, oldest first, each step as it was. */
import { inWords } from '../system/admin-api.js';
import { counted } from '../model/units.js';
import { resolve } from 'node:path';
import type { RecordedRun } from '../artifact/artifact.js';
import type { JsonObject } from '../model/entity.js';
import type { PipelineStep } from '../model/pipeline.js';
import { syncOnce } from './deck-sync.js';
import { checkOut } from '../system/git.js';
import { chosenRuns } from './chosen-runs.js';
import { outcomeOf } from './recovery.js';
import type { Act, Outcome, RecoveryContext } from './recovery.js';

export const replay: Act<'replay'> = async (action, context) => {
  const runs = await chosenRuns(action, context);
  if (typeof runs === 'string') return { ok: false, detail: runs };
  const log: string[] = [];
  for (let round = 1; round <= action.times; round += 1) {
    const again = round > 1 ? 'again: ' : '';
    for (const run of runs) {
      const failed = await replayRun(run, context);
      if (failed) {
        const detail = `${again}${failed.detail ?? 'failed'}`;
        return { ...failed, detail, output: [...log, detail, failed.output].join('\n') };
      }
      log.push(`${again}${run.at} ${run.run}: ${run.steps.length} steps`);
    }
  }
  const steps = runs.reduce((sum, run) => sum + run.steps.length, 0);
  const twice = action.times > 1 ? ', twice' : '';
  return {
    ok: true,
    output: log.join('\n'),
    detail: `${counted(runs.length, 'run')}, ${counted(steps, 'step')}${twice}`,
  };
};

/** The first step that failed; `undefined` where none did. */
async function replayRun(run: RecordedRun, context: RecoveryContext): Promise<Outcome | undefined> {
  if (run.revision !== undefined) {
    const files = outcomeOf(await checkOut(run.folder, run.revision, context));
    if (!files.ok) return files;
  }
  for (const [index, step] of run.steps.entries()) {
    const outcome = await replayStep(step, run, context);
    if (!outcome.ok) {
      const name = step.name ?? `step ${index + 1}`;
      return { ...outcome, detail: `${run.run}, ${name}: ${outcome.detail ?? 'failed'}` };
    }
  }
  return undefined;
}

async function replayStep(step: PipelineStep, run: RecordedRun, context: RecoveryContext): Promise<Outcome> {
  const { lab, admin, limitMs, signal } = context;
  if ('request' in step) {
    const { method, path, body } = step.request;
    const answer = await admin.call(method, path, body as JsonObject | undefined, { signal });
    if (answer.ok) return { ok: true };
    return {
      ok: false,
      detail: `${method} ${path}: expected 2xx, got ${inWords(answer)}`,
    };
  }
  if ('deck' in step) {
    return await syncOnce(resolve(run.folder, step.deck), step.selectTags ?? [], context);
  }
  return outcomeOf(await lab.command({ command: step.command, cwd: run.folder, limitMs, signal }));
}
