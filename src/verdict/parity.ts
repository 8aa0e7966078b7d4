/** Entities and behaviour against the reference from before the disaster, one objective per entity kind and per class. */
import { counted } from '../model/units.js';
import { differenceLine } from '../model/difference-line.js';
import type { EventOf, KindComparison } from '../model/journal.js';
import { judgedKinds, kindFigures, moreLine, verdictOfKind } from '../model/kind-figures.js';
import type { ObjectiveResult } from '../model/verdict.js';
import { coverageOf, declarationsFor, staleFields, surplusOf } from './declared-loss.js';
import type { CaseFacts } from './facts.js';
import { inconclusive, met, missed, notRun } from './objective.js';
import type { Subject } from './objective.js';
import type { DeclaredLoss, Objectives } from './objectives.js';

/** The comparison after the last stage; earlier ones show what each stage gave. */
export function finalComparison(facts: CaseFacts): EventOf<'comparison'> | undefined {
  return facts.comparisons.at(-1);
}

export function judgeParity(facts: CaseFacts, objectives: Objectives): ObjectiveResult[] {
  const comparison = finalComparison(facts);
  const nothing = { group: 'parity', title: 'Parity' } as const;
  if (!comparison) return [notRun(nothing, 'Entities were not compared: the run did not get that far.')];
  if (objectives.parity === 'identical' && comparison.level !== 'identical') {
    return [inconclusive(nothing, 'The drill asks for identical entities; only equivalence was compared.')];
  }
  const judged = judgedKinds(comparison.kinds);
  const behaviour = new Map(facts.behaviour.map((event) => [event.class, event]));
  const results = judged.map((kind) => {
    const declared = declarationsFor(objectives.declaredLoss, facts.recovery, kind.kind);
    return judgeKind(kind, declared, behaviour.get(kind.kind));
  });
  const unheard = objectives.declaredLoss
    .filter((it) => it.recovery === facts.recovery)
    .flatMap((it) => it.kinds)
    .filter((kind) => !judged.some((it) => it.kind === kind) && !behaviour.has(kind))
    .map((kind) => inconclusive(subjectOf(kind), `A loss of ${kind} is declared, and none were compared.`));
  const all = [...results, ...unheard];
  return all.length > 0 ? all : [inconclusive(nothing, 'No entity of any kind was compared.')];
}

export function judgeBehaviour(facts: CaseFacts, objectives: Objectives): ObjectiveResult[] {
  if (objectives.behaviour === 'ignored') return [];
  if (facts.behaviour.length === 0) {
    const subject = { group: 'behaviour', title: 'Behaviour' } as const;
    return [notRun(subject, 'Answers were not compared: the run did not get that far.')];
  }
  return facts.behaviour.map((event) =>
    judgeClass(event, declarationsFor(objectives.declaredLoss, facts.recovery, event.class)),
  );
}

const subjectOf = (kind: string): Subject => ({
  group: 'parity',
  of: kind,
  title: `Parity of ${kind}`,
});

function judgeKind(
  kind: KindComparison,
  declared: readonly DeclaredLoss[],
  behaviour: EventOf<'behaviour'> | undefined,
): ObjectiveResult {
  const subject = subjectOf(kind.kind);
  const details = [...kind.differences.map(differenceLine), ...moreLine(kind)];
  const coverage = coverageOf(kind, declared);
  const reasons = declared.map((it) => it.reason).join('; ');
  if (surplusOf(kind) > 0) return missed(subject, `${kindFigures(kind)}.`, details);
  const alone = verdictOfKind(kind);
  if (alone === 'met') {
    const answersDiffer = (behaviour?.differences.length ?? 0) > 0;
    if (declared.length === 0 || answersDiffer) return met(subject, `${kindFigures(kind)}.`, details);
    if (kind.before === 0)
      return inconclusive(subject, `A loss is declared (${reasons}), and the state holds none.`);
    return missed(
      subject,
      `A loss is declared (${reasons}), and nothing was lost: the declaration is stale.`,
    );
  }
  const proofs = alone === 'missed' ? 0 : proofsIn(behaviour);
  if (coverage === 'all') {
    const stale = proofs > 0 ? [`the ${kind.kind}`] : staleFields(kind, declared);
    return judgeDeclared(subject, { figures: `${kindFigures(kind)}; declared: ${reasons}`, stale, details });
  }
  if (coverage === 'unknown') {
    return inconclusive(
      subject,
      `${kindFigures(kind)}; not all differences are known to be declared ones.`,
      details,
    );
  }
  if (proofs > 0) {
    return met(
      subject,
      `${kindFigures(kind)}; proved by ${counted(proofs, 'answer')} of the proxy.`,
      details,
    );
  }
  return (alone === 'missed' ? missed : inconclusive)(subject, `${kindFigures(kind)}.`, details);
}

interface DeclaredFinding {
  readonly figures: string;
  /** What is declared, and was not lost. */
  readonly stale: readonly string[];
  readonly details: readonly string[];
}

function judgeDeclared(subject: Subject, { figures, stale, details }: DeclaredFinding): ObjectiveResult {
  if (stale.length === 0) return met(subject, `${figures}.`, details);
  return missed(subject, `${figures}; of ${stale.join(', ')} nothing was lost: stale.`, details);
}

/** What the tables cannot tell, a login can: how many answers, where all are as before and nothing was left unasked; else 0. */
function proofsIn(behaviour: EventOf<'behaviour'> | undefined): number {
  if (behaviour === undefined) return 0;
  const { asked, same, unproven } = behaviour;
  return same === asked && unproven === 0 ? asked : 0;
}

function judgeClass(event: EventOf<'behaviour'>, declared: readonly DeclaredLoss[]): ObjectiveResult {
  const subject = {
    group: 'behaviour',
    of: event.class,
    title: `Behaviour of ${event.class}`,
  } as const;
  const details = event.differences.map((it) => `${it.request}: before ${it.before}, after ${it.after}`);
  const figures = `${event.same} of ${counted(event.asked, 'answer')} as before`;
  const reasons = declared.map((it) => it.reason).join('; ');
  const different = event.asked - event.same - event.unproven;
  if (event.asked === 0) return inconclusive(subject, 'No request of this class was asked.');
  if (different <= 0 && event.unproven === 0) return met(subject, `${figures}.`);
  if (declared.length > 0) return met(subject, `${figures}; declared: ${reasons}.`, details);
  if (different > 0) return missed(subject, `${figures}.`, details);
  return inconclusive(subject, `${figures}; ${event.unproven} could not be proved.`, details);
}
