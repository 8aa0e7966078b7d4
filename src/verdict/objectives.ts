/** What a drill asks of each recovery path, with the defaults of the drill language filled in. */
import { DrillError } from '../model/drill-error.js';
import type { Clock, Drill } from '../model/drill.js';
import type { Impact } from '../model/plan.js';
import { durationMs } from '../model/units.js';

export type DeclaredLoss = NonNullable<
  NonNullable<NonNullable<Drill['objectives']>['parity']>['declaredLoss']
>[number];

export interface Objectives {
  readonly rtoMs: Readonly<Partial<Record<Clock, number>>>;
  readonly rpoMs: number | undefined;
  readonly parity: 'identical' | 'equivalent';
  readonly behaviour: 'required' | 'ignored';
  readonly declaredLoss: readonly DeclaredLoss[];
  readonly require: 'all' | 'any';
  readonly impact: Readonly<Record<'traffic' | 'uncached' | 'config', Impact>>;
  readonly workers: number;
  /** How many earlier runs a recovery may not be slower than; absent without a regression budget. */
  readonly regressionRuns: number | undefined;
}

/**
 * The drill out of the journal's first event.
 * @throws DrillError `usage` where what stands there is no drill.
 */
export function drillOf(content: unknown): Drill {
  if (typeof content === 'object' && content !== null && 'recovery' in content && 'failure' in content) {
    return content as Drill;
  }
  throw new DrillError(
    'usage',
    'the journal does not hold the drill that it is of',
    'judge a journal as kong-drill wrote it; `kong-drill verify` names what was changed',
  );
}

export function objectivesOf(drill: Drill): Objectives {
  const { rto, rpo, parity, regression, behaviour = 'required' } = drill.objectives ?? {};
  const rtoMs = Object.entries(rto ?? {}).map(([clock, text]) => [clock, durationMs(text)]);
  return {
    rtoMs: Object.fromEntries(rtoMs) as Objectives['rtoMs'],
    rpoMs: rpo === undefined ? undefined : durationMs(rpo),
    parity: parity?.level ?? 'equivalent',
    behaviour,
    declaredLoss: parity?.declaredLoss ?? [],
    require: drill.require ?? 'all',
    impact: { ...undeclared, ...drill.impact },
    workers: drill.topology?.kong?.workers ?? 2,
    regressionRuns: regression?.runs,
  };
}

const undeclared = { traffic: 'undeclared', uncached: 'undeclared', config: 'undeclared' } as const;
