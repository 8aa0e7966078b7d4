/** From cases to paths, from paths to the drill, from the drill to an exit code. */
import type { CaseResult, RunResult, Verdict } from '../model/verdict.js';
import type { RunFacts } from './facts.js';
import { worstOf } from './objective.js';

type Require = 'all' | 'any';
type PathResult = RunResult['paths'][number];

/** Each path with the worst of its repetitions. With `any`, none is required any more once another has met. */
export function pathResults(cases: readonly CaseResult[], require: Require): PathResult[] {
  const names = [...new Set(cases.map((it) => it.recovery))];
  const judged = names.map((recovery) => {
    const verdicts = cases.filter((it) => it.recovery === recovery).map((it) => it.verdict);
    const met = verdicts.filter((it) => it === 'met').length;
    return { recovery, verdict: worstOf(verdicts), repetitions: verdicts.length, met };
  });
  const anyMet = judged.some((path) => path.verdict === 'met');
  return judged.map((path) => ({
    ...path,
    required: require === 'all' || !anyMet || path.verdict === 'met',
  }));
}

/** Over the paths that ran; none left proves nothing. */
export function drillVerdict(paths: readonly PathResult[], require: Require): Verdict {
  const verdicts = paths.map((path) => path.verdict);
  if (require === 'any' && verdicts.includes('met')) return 'met';
  if (require === 'any' && verdicts.includes('inconclusive')) return 'inconclusive';
  return worstOf(verdicts);
}

const exitCodes = { met: 0, missed: 1, inconclusive: 2 } as const;
const runnerFailed = 3;
const signalCodes: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** 0 met · 1 missed · 2 inconclusive · 3 the runner failed · 130, 143 interrupted. */
export function exitCodeOf(run: RunFacts, cases: readonly CaseResult[], verdict: Verdict): number {
  if (run.interrupted) return signalCodes[run.interrupted.signal] ?? 130;
  const broken = cases.some((it) => it.outcome !== 'completed' || leftBehind(it));
  return broken || run.lostEvents > 0 ? runnerFailed : exitCodes[verdict];
}

function leftBehind(result: CaseResult): boolean {
  return result.objectives.some((it) => it.group === 'clean-up' && it.verdict !== 'met');
}
