/** What a record that was cut off does not hold, case by case. */
import type { CaseResult, RunResult } from '../model/verdict.js';

export const incompleteSentence = 'The record of this run is not complete: it was cut off before its end.';

/** One sentence for each thing; none of a run that came to its end. */
export function missingOf(result: RunResult): readonly string[] {
  if (result.complete) return [];
  if (result.cases.length === 0 && result.skipped.length === 0)
    return ['The run was killed before it recorded what it was to do.'];
  const cases = result.cases.filter((it) => it.outcome === 'unfinished');
  return [...cases.map(sentenceOf), 'The verdict that the run itself would have recorded.'];
}

function sentenceOf({ case: id, phases, objectives }: CaseResult): string {
  const [last] = phases.slice(-1);
  if (!last) return `${id}: it was never started.`;
  const open = phases.findLast((it) => it.endedMs === undefined);
  const where = open ? `in the phase ${open.phase}` : `after the phase ${last.phase}`;
  const unmeasured = objectives.filter((it) => it.notRun === true).map((it) => it.title);
  const rest = unmeasured.length === 0 ? '' : `; not measured: ${unmeasured.join(', ')}`;
  return `${id}: the record breaks off ${where}${rest}.`;
}
