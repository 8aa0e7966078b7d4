/**
 * The verdict: a pure function of the journal, so that a stored one can be judged again.
 *
 *   events ─► facts (one pass) ─► objectives of each case ─► case ─► path (worst repetition) ─► drill (all | any) ─► exit code
 */
import { DrillError } from '../model/drill-error.js';
import type { Drill } from '../model/drill.js';
import type { JournalEvent } from '../model/journal.js';
import type { People } from '../model/project.js';
import { resultVersion } from '../model/verdict.js';
import type { CaseResult, RunResult } from '../model/verdict.js';
import { judgeCase } from './case-result.js';
import { drillVerdict, exitCodeOf, pathResults } from './drill-verdict.js';
import { gatherFacts } from './facts.js';
import type { RunFacts } from './facts.js';
import { limitsOf } from './limits.js';
import { drillOf, objectivesOf } from './objectives.js';
import { toMicroseconds } from './rounding.js';
import { runSentence } from './sentences.js';
import { skippedOf } from './skipped.js';

/**
 * Judges a journal, whole or cut off. `complete` is false until the journal holds `run-ended`; everything else is final
 * once every case has ended.
 * @throws DrillError `usage` where the journal does not begin with a run.
 */
export function judge(events: Iterable<JournalEvent>): RunResult {
  const run = gatherFacts(events);
  if (!run) {
    throw new DrillError(
      'usage',
      'the journal does not say which run it is of: expected a `run-started` event',
      'give the folder of a run that kong-drill started',
    );
  }
  const drill = drillOf(run.started.drill.content);
  const objectives = objectivesOf(drill);
  const cases = [...run.cases.values()].map((facts) => judgeCase(facts, { run, drill, objectives }));
  return resultOf(run, drill, cases);
}

function resultOf(run: RunFacts, drill: Drill, cases: CaseResult[]): RunResult {
  const { started } = run;
  const skipped = skippedOf(run);
  const paths = pathResults(cases, drill.require ?? 'all');
  const verdict = drillVerdict(paths, drill.require ?? 'all');
  return {
    schemaVersion: resultVersion,
    runId: started.runId,
    tool: started.tool,
    drill: started.drill,
    engine: started.engine,
    isolation: started.isolation,
    rehearsal: started.rehearsal,
    trigger: started.trigger,
    ...(started.ciLink !== undefined && { ciLink: started.ciLink }),
    startedUtc: started.utc,
    durationMs: toMicroseconds(run.lastMs - started.t),
    verdict,
    exitCode: exitCodeOf(run, cases, verdict),
    sentence: runSentence({ rehearsal: started.rehearsal, skipped, verdict, paths, cases }),
    complete: run.ended !== undefined,
    host: run.host,
    software: run.software,
    cases,
    paths,
    skipped,
    notes: run.notes.map(({ level, text }) => ({ level, text })),
    people: peopleOf(run, drill),
    earlier: run.earlier,
    ...(run.programme && { programme: run.programme }),
    ...(started.shard && { shard: started.shard }),
    ...(started.merged && { merged: started.merged }),
    limits: limitsOf(run, { ...drill, people: peopleOf(run, drill) }, cases),
  };
}

/** What was said for this run stands before what the drill says for all of them. */
function peopleOf({ started }: RunFacts, drill: Drill): People {
  return { ...drill.people, ...started.people };
}
