/**
 * A drill that cannot fail proves nothing: its recoveries are attacked, one attack a run, and each has to be seen.
 *
 *   path ─> honest run (what is met without an attack) ─> one run for each attack ─> what is met no more: that saw it
 */
import pLimit from 'p-limit';
import type { Engine } from '../engine/engine.js';
import { messageOf } from '../model/drill-error.js';
import type { CaseResult } from '../model/verdict.js';
import { planDrill } from '../plan/plan.js';
import type { ValidDrill } from '../run/run-drill.js';
import type { Attack, AttackTarget } from './attack.js';
import { attackRun } from './attack-run.js';
import type { AttackRun, RunSettings } from './attack-run.js';
import { attacks } from './attacks.js';
import type { AttackName } from './attacks.js';

export interface SabotageOptions extends Pick<RunSettings, 'out' | 'tool' | 'signal' | 'onFault'> {
  readonly engine: Engine;
  /** Names of recovery paths; all where it is empty. */
  readonly only: readonly string[];
  readonly attacks: readonly AttackName[];
  /** Runs at a time; most of a run is waiting. Range: ≥ 1. */
  readonly jobs: number;
  /** Told when a run begins and when it has ended. */
  readonly onProgress: (line: string) => void;
}

/** `caught`: at least one objective that is met without the attack is not met with it. */
export interface AttackResult {
  readonly recovery: string;
  readonly attack: AttackName;
  readonly outcome: 'caught' | 'unseen' | 'not-applicable' | 'unproven';
  /** What was done to the recovery, or why nothing was. */
  readonly detail: string;
  /** The objectives that saw it. */
  readonly seenBy: readonly string[];
}

export interface SabotageResult {
  readonly drill: string;
  readonly verdict: 'strong' | 'too-weak' | 'unproven';
  readonly attacks: readonly AttackResult[];
}

/** Attacks every chosen path of a drill. @throws DrillError where the drill cannot be run at all. */
export async function sabotage(drill: ValidDrill, options: SabotageOptions): Promise<SabotageResult> {
  const { name, recovery } = drill.drill;
  const limit = pLimit(options.jobs);
  const paths = Object.keys(recovery).filter((it) => options.only.length === 0 || options.only.includes(it));
  const results = await Promise.all(paths.map((path) => attackPath(drill, path, { ...options, limit })));
  const all = results.flat();
  return { drill: name, verdict: verdictOf(all), attacks: all };
}

export function verdictOf(results: readonly AttackResult[]): SabotageResult['verdict'] {
  const outcomes = results.map(({ outcome }) => outcome);
  if (outcomes.includes('unseen')) return 'too-weak';
  return outcomes.includes('unproven') || !outcomes.includes('caught') ? 'unproven' : 'strong';
}

interface PathOptions extends SabotageOptions {
  readonly limit: ReturnType<typeof pLimit>;
}

async function attackPath(
  drill: ValidDrill,
  recovery: string,
  options: PathOptions,
): Promise<AttackResult[]> {
  const { limit, onProgress } = options;
  const settings: RunSettings = { ...options, recovery };
  const honest = await limit(() => attackRun(drill, settings));
  options.signal.throwIfAborted();
  onProgress(`${recovery}: without an attack ${honest.found?.verdict ?? 'not run'}`);
  const { found } = honest;
  if (found?.outcome !== 'completed') {
    const detail = `the path proves nothing even without an attack: ${found?.sentence ?? 'it was skipped'}`;
    return options.attacks.map((attack) => ({ recovery, attack, outcome: 'unproven', detail, seenBy: [] }));
  }
  const against = { settings, target: targetOf(drill, recovery), honest: found };
  return Promise.all(
    options.attacks.map((attack) =>
      limit(async () => {
        const result = await attackOnce(drill, attack, against);
        onProgress(`${recovery}: ${attack} ${result.outcome}`);
        return result;
      }),
    ),
  );
}

interface Against {
  readonly settings: RunSettings;
  readonly target: AttackTarget;
  readonly honest: CaseResult;
}

async function attackOnce(
  drill: ValidDrill,
  name: AttackName,
  { settings, target, honest }: Against,
): Promise<AttackResult> {
  const result = (outcome: AttackResult['outcome'], detail: string, seenBy: readonly string[] = []) => ({
    recovery: settings.recovery,
    attack: name,
    outcome,
    detail,
    seenBy,
  });
  const attack: Attack = attacks[name];
  const whyNot = attack.whyNot(target);
  if (whyNot !== undefined) return result('not-applicable', whyNot);
  settings.signal.throwIfAborted();
  await using assault = attack.begin(target);
  let run: AttackRun;
  try {
    run = await attackRun(drill, { ...settings, observeMs: observeMsAfter(honest) }, { name, assault });
  } catch (error) {
    settings.signal.throwIfAborted();
    return result('unproven', `the run did not start: ${messageOf(error)}`);
  }
  settings.signal.throwIfAborted();
  const planted = await assault.planted();
  if (planted === undefined) {
    return run.found?.outcome === 'completed'
      ? result('not-applicable', 'the state holds nothing that it could be done to')
      : result('unproven', `the run broke off before it could be made: ${run.found?.sentence ?? 'not run'}`);
  }
  const seenBy = newlyUnmet(honest, run.found);
  if (seenBy.length === 0 && run.found?.outcome !== 'completed')
    return result('unproven', `${planted}, and the run broke off: ${run.found?.sentence ?? 'not run'}`);
  return seenBy.length > 0
    ? result('caught', planted, seenBy)
    : result('unseen', `${planted}, and every objective is met as without it: ${attack.advice}`);
}

/** Whether a run came to its end and left nothing tells nothing of what was attacked. */
const ownGroups: readonly string[] = ['run', 'clean-up'];

/** The objectives that are met without the attack, and not with it. A run that broke off saw nothing of what it did not judge. */
export function newlyUnmet(honest: CaseResult, attacked: CaseResult | undefined): string[] {
  const before = new Map(honest.objectives.map(({ id, verdict }) => [id, verdict]));
  return (attacked?.objectives ?? [])
    .filter(({ group, notRun }) => !ownGroups.includes(group) && notRun !== true)
    .filter(({ id, verdict }) => verdict !== 'met' && (before.get(id) ?? 'met') === 'met')
    .map(({ id }) => id);
}

/** What never comes back need not be waited for as long as the drill would: half as long again as it took without the attack. */
function observeMsAfter({ phases }: CaseResult): number {
  const observed = phases.find(({ phase }) => phase === 'observe');
  const tookMs = observed?.endedMs === undefined ? 0 : observed.endedMs - observed.startedMs;
  return Math.max(leastObserveMs, 1.5 * tookMs + spareMs);
}

const leastObserveMs = 15_000;
const spareMs = 5_000;

function targetOf(drill: ValidDrill, recovery: string): AttackTarget {
  const plan = planDrill(drill.drill, { folder: drill.folder });
  const planned = plan.cases.find((it) => it.recovery === recovery);
  if (!planned) throw new RangeError(`no case of ${recovery} in the plan of ${drill.file}`);
  return { plan, planned };
}
