/** One case, judged: every objective, and everything that a report shows of it. */
import type { CaseResult, ObjectiveResult } from '../model/verdict.js';
import type { CaseContext } from './case-context.js';
import { artifactNamesOf, artifactResults, judgeArtifacts } from './artifacts.js';
import { probeTotals } from '../measure/rto.js';
import { clockResults, judgeClocks, outagesOf } from './clocks.js';
import { confirmationOf, judgeFailure, unexpectedImpacts } from './failure.js';
import { failedAtMs } from './facts.js';
import type { CaseFacts, RunFacts } from './facts.js';
import { judgeRpo, lossResults, wayResults, worstExposureMs } from './loss.js';
import { newRouteOf } from './new-route.js';
import { inconclusive, met, notRun, unproven, worstOf } from './objective.js';
import type { Objectives } from './objectives.js';
import { partsOf } from './parts.js';
import { judgeRegression } from './regression.js';
import { finalComparison, judgeBehaviour, judgeParity } from './parity.js';
import { toMicroseconds } from './rounding.js';
import { secondOpinionOf } from './second-opinion.js';
import { caseSentence } from './sentences.js';
import { judgeSteadyState, steadinessOf } from './steady-state.js';
import { judgeSteps, stepResults } from './steps.js';

export function judgeCase(recorded: CaseFacts, context: CaseContext): CaseResult {
  const facts = withRunFacts(recorded, context.run);
  const { drill, objectives } = context;
  const outcome = outcomeOf(facts);
  const failedMs = failedAtMs(facts);
  const clocks = toMicroseconds(clockResults(facts, objectives));
  const ways = toMicroseconds(wayResults(facts, context));
  const exposureMs = worstExposureMs(ways);
  const steps = stepResults(facts);
  const parts = partsOf({ ...(failedMs !== undefined && { failedAtMs: failedMs }), steps, clocks });
  const timed = { recovery: facts.recovery, clocks, parts };
  const steadyState = judgeSteadyState(facts);
  const judged = withoutProof(outcome, [
    ...judgeRun(facts, outcome),
    steadyState,
    ...judgeArtifacts(facts, artifactNamesOf(drill, facts.recovery)),
    judgeFailure(facts, objectives),
    judgeSteps(facts),
    ...judgeClocks(clocks, objectives, steadinessOf(facts, steadyState)),
    ...judgeRegression(timed, context),
    ...judgeRpo(ways, objectives),
    ...judgeParity(facts, objectives),
    ...judgeBehaviour(facts, objectives),
    judgeCleanUp(facts),
  ]);
  const secondOpinion = secondOpinionOf(facts);
  const newRoute = newRouteOf(facts, objectives);
  const verdict = worstOf(judged.map((it) => it.verdict));
  return {
    case: facts.id,
    recovery: facts.recovery,
    repetition: facts.repetition,
    verdict,
    outcome,
    sentence: caseSentence(facts.recovery, verdict, judged),
    ...(facts.ended?.error !== undefined && { error: facts.ended.error }),
    ...(facts.ended?.hint !== undefined && { hint: facts.ended.hint }),
    ...(failedMs !== undefined && { failedAtMs: failedMs }),
    objectives: judged,
    clocks,
    outages: toMicroseconds(outagesOf(facts, objectives)),
    losses: lossResults(ways),
    ...(exposureMs !== undefined && { exposureMs }),
    failures: failureResults(facts),
    phases: facts.phases,
    steps,
    artifacts: artifactResults(facts),
    parity: finalComparison(facts)?.kinds ?? [],
    behaviour: behaviourResults(facts),
    probes: toMicroseconds(probeTotals([...facts.streams.values()], facts.stalls)),
    ...(newRoute.effect && { newRoute: toMicroseconds(newRoute.effect) }),
    ...(secondOpinion.agreement !== undefined && { secondOpinion: secondOpinion.agreement }),
    notes: notesOf(facts, [...newRoute.notes, ...secondOpinion.notes], objectives),
  };
}

/** What was done once for all cases is a fact of each of them. */
function withRunFacts(facts: CaseFacts, run: RunFacts): CaseFacts {
  const artifacts = [...run.artifacts, ...facts.artifacts];
  const cleanedUp = facts.cleanedUp ?? run.cleanedUp;
  return { ...facts, artifacts, ...(cleanedUp && { cleanedUp }) };
}

function outcomeOf(facts: CaseFacts): CaseResult['outcome'] {
  return facts.ended?.outcome ?? 'unfinished';
}

/** A case that the runner could not bring to its end proves nothing. */
function judgeRun(facts: CaseFacts, outcome: CaseResult['outcome']): ObjectiveResult[] {
  const subject = { group: 'run', title: 'Run' } as const;
  if (outcome === 'completed') return [];
  if (outcome === 'interrupted') return [inconclusive(subject, 'The run was interrupted.')];
  if (outcome === 'unfinished') {
    const where =
      facts.startedMs === undefined ? 'This case was never started.' : 'The run was cut off before its end.';
    return [inconclusive(subject, where)];
  }
  const { error = 'no reason was recorded', hint } = facts.ended ?? {};
  return [inconclusive(subject, `The runner failed: ${error}`, hint === undefined ? [] : [hint])];
}

/** What breaks the runner or its engine may be what kept Kong from coming back. An artifact is what it is. */
function withoutProof(outcome: CaseResult['outcome'], judged: readonly ObjectiveResult[]): ObjectiveResult[] {
  const isProof = ({ group, verdict }: ObjectiveResult) => verdict !== 'missed' || group === 'artifact';
  const because = 'the runner or its engine failed';
  return judged.map((it) => (outcome !== 'failed' || isProof(it) ? it : unproven(it, because)));
}

const keptUp = 'The lab was left up, as `--keep` asked; `kong-drill clean` removes it.';

function judgeCleanUp(facts: CaseFacts): ObjectiveResult {
  const subject = { group: 'clean-up', title: 'Clean-up' } as const;
  const { cleanedUp } = facts;
  if (!cleanedUp) return notRun(subject, 'Nobody cleaned up; `kong-drill clean` finds what is left.');
  if (cleanedUp.ok && cleanedUp.left.length === 0)
    return met(subject, cleanedUp.kept === true ? keptUp : 'Everything that was started is gone.');
  return inconclusive(subject, 'Something is left; `kong-drill clean` removes it.', cleanedUp.left);
}

function failureResults(facts: CaseFacts): CaseResult['failures'] {
  return facts.issued.map((issued) => {
    const confirmation = confirmationOf(facts, issued);
    return {
      failure: issued.failure,
      target: issued.target,
      issuedMs: issued.t,
      confirmed: confirmation?.confirmed ?? false,
      evidence: confirmation?.evidence ?? [],
    };
  });
}

function behaviourResults(facts: CaseFacts): CaseResult['behaviour'] {
  return facts.behaviour.map((event) => ({
    class: event.class,
    asked: event.asked,
    same: event.same,
    unproven: event.unproven,
    differences: event.differences,
  }));
}

function notesOf(facts: CaseFacts, others: CaseResult['notes'], objectives: Objectives): CaseResult['notes'] {
  const findings = unexpectedImpacts(facts, objectives).map((text) => ({ level: 'finding', text }));
  return [...findings, ...others, ...facts.notes.map(({ level, text }) => ({ level, text }))];
}
