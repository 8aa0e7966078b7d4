/** Which test cases a run has, and how each ended: the worst of a path's repetitions, objective by objective. */
import { missingOf } from './missing.js';
import type { CaseResult, ObjectiveResult, RunResult, Verdict } from '../model/verdict.js';

export interface JunitCase {
  readonly className: string;
  readonly name: string;
  readonly status: 'passed' | 'failure' | 'error' | 'skipped';
  readonly type: string;
  readonly verdictWord: string;
  readonly message: string;
  readonly timeMs: number;
  readonly objective?: ObjectiveResult;
  /** How each repetition went, where there are several. */
  readonly repetitions: readonly string[];
}

export function junitCases(result: RunResult): JunitCase[] {
  const { name } = result.drill;
  const ran = result.paths.flatMap((path) => {
    const cases = result.cases.filter((it) => it.recovery === path.recovery);
    return objectiveIds(cases).map((id) =>
      caseOf(`${name}.${path.recovery}`, id, { cases, required: path.required }),
    );
  });
  const skipped = result.skipped.map((it) => skippedCase(`${name}.${it.recovery}`, it.reason));
  return result.paths.length > 0 ? [...ran, ...skipped] : [...skipped, nothingTried(result)];
}

/** A file in which everything is skipped would pass for green. */
function nothingTried(result: RunResult): JunitCase {
  const [message = result.sentence] = missingOf(result);
  return {
    className: result.drill.name,
    name: 'Run',
    status: 'error',
    type: result.complete ? 'inconclusive' : 'runner-failed',
    verdictWord: 'inconclusive',
    message,
    timeMs: 0,
    repetitions: [],
  };
}

interface PathCases {
  readonly cases: readonly CaseResult[];
  readonly required: boolean;
}

/** In the order of the first repetition; what only a later one has comes at the end. */
function objectiveIds(cases: readonly CaseResult[]): string[] {
  return [...new Set(cases.flatMap((it) => it.objectives.map((objective) => objective.id)))];
}

const badness: Readonly<Record<Verdict, number>> = { missed: 2, inconclusive: 1, met: 0 };

function caseOf(className: string, id: string, { cases, required }: PathCases): JunitCase {
  const found = cases.flatMap((it) => {
    const objective = it.objectives.find((one) => one.id === id);
    return objective ? [{ repetition: it.repetition, objective, stepsMs: stepsMs(it) }] : [];
  });
  const worst = found.reduce((a, b) => (worse(b.objective, a.objective) ? b : a));
  const { objective } = worst;
  const head = cases.length > 1 ? `repetition ${worst.repetition} of ${cases.length}: ` : '';
  return {
    className,
    name: objective.title,
    ...statusOf(objective, required),
    message: `${head}${required || objective.verdict !== 'missed' ? '' : 'missed, not required: '}${objective.reason}`,
    timeMs: timeOf(objective, worst.stepsMs),
    objective,
    repetitions:
      cases.length === 1
        ? []
        : found.map((it) => `${it.repetition}: ${it.objective.verdict}: ${it.objective.reason}`),
  };
}

/** Of two that are equally bad, the slower one. */
function worse(a: ObjectiveResult, b: ObjectiveResult): boolean {
  const difference = badness[a.verdict] - badness[b.verdict];
  return difference === 0 ? timeOf(a, 0) > timeOf(b, 0) : difference > 0;
}

function statusOf(
  objective: ObjectiveResult,
  required: boolean,
): Pick<JunitCase, 'status' | 'type' | 'verdictWord'> {
  const { verdict, group, notRun } = objective;
  if (verdict === 'met') return { status: 'passed', type: 'met', verdictWord: 'met' };
  if (notRun === true) return { status: 'skipped', type: 'not-run', verdictWord: 'not run' };
  if (verdict === 'missed') {
    const status = required ? 'failure' : 'skipped';
    return { status, type: 'objective-missed', verdictWord: required ? 'missed' : 'missed, not required' };
  }
  const type = group === 'run' || group === 'clean-up' ? 'runner-failed' : 'inconclusive';
  return { status: 'error', type, verdictWord: 'inconclusive' };
}

/** The measured RTO, so that any CI draws its trend; the time of the steps where they are what is judged. */
function timeOf({ group, measured }: ObjectiveResult, took: number): number {
  if (group === 'recovery-steps') return took;
  if (!group.startsWith('rto-') || !measured) return 0;
  return measured.upperMs ?? measured.lowerMs;
}

function stepsMs({ steps }: CaseResult): number {
  return steps.reduce(
    (sum, step) => sum + (step.endedMs === undefined ? 0 : step.endedMs - step.startedMs),
    0,
  );
}

function skippedCase(className: string, reason: string): JunitCase {
  return {
    className,
    name: 'Recovery path',
    status: 'skipped',
    type: 'path-skipped',
    verdictWord: 'skipped',
    message: `skipped: ${reason}`,
    timeMs: 0,
    repetitions: [],
  };
}
