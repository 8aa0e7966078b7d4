/** The commands of recorded pipeline runs, as a replay performs them. */
import type { PipelineRun, PipelineStep } from '../model/pipeline.js';
import { placeholders } from '../model/plan.js';
import { deckSync } from './commands.js';

/** Runs by their folder, as a drill names it; oldest first. */
export type RecordedRuns = ReadonlyMap<string, readonly PipelineRun[]>;

/** A request to the Admin API stands as its method and URL. None where the runs are not known. */
export function commandsOfRuns(
  runs: RecordedRuns,
  folder: string | undefined,
): readonly (readonly string[])[] {
  const known = folder === undefined ? undefined : runs.get(folder);
  return (known ?? []).flatMap(({ steps }) => steps.map(commandOf));
}

export function commandOf(step: PipelineStep): readonly string[] {
  if ('request' in step) return [step.request.method, `${placeholders.adminUrl}${step.request.path}`];
  return 'deck' in step ? deckSync(step.deck, step.selectTags) : step.command;
}
