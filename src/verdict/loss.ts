/** What was lost: the ledger read back, each way of making changes judged apart. */
import { lossOf, viasOf } from '../measure/rpo.js';
import type { ChangeWay } from '../model/change-way.js';
import { counted, formatCounts, formatDuration, formatInterval, formatTarget } from '../model/units.js';
import type { Loss, ObjectiveResult } from '../model/verdict.js';
import { artifactNamesOf } from './artifacts.js';
import type { CaseContext } from './case-context.js';
import { exposureOf, replayedToMs } from './exposure.js';
import type { Exposure } from './exposure.js';
import { failedAtMs, wallMsAt } from './facts.js';
import type { CaseFacts, RunFacts } from './facts.js';
import { inconclusive, met, missed } from './objective.js';
import type { Subject } from './objective.js';
import type { Objectives } from './objectives.js';

/** What became of the changes made one way, and how far back the recovery may reach for them. */
export interface WayResult {
  readonly via: ChangeWay;
  /** Absent where no change was made. */
  readonly loss?: Loss;
  readonly exposure: Exposure;
}

/** Each way apart; by hand, where no change was made. */
export function wayResults(facts: CaseFacts, context: CaseContext): readonly WayResult[] {
  const { run, drill } = context;
  const failedMs = failedAtMs(facts);
  const vias = viasOf(facts.ledger);
  if (failedMs === undefined || vias.length === 0)
    return [{ via: 'admin-api', exposure: exposureOf(facts, context, 'admin-api') }];
  const survivedMs = consistentPointMs(facts, artifactNamesOf(drill, facts.recovery), run);
  return vias.map((via) => ({
    via,
    loss: boundedBy(lossOf(facts.ledger, via, failedMs), failedMs, survivedMs),
    exposure: exposureOf(facts, context, via),
  }));
}

/** The losses, each with its exposure where there are several. */
export function lossResults(ways: readonly WayResult[]): Loss[] {
  return ways.flatMap(({ loss, exposure: { ms } }) => {
    if (!loss) return [];
    return ways.length > 1 && ms !== undefined ? [{ ...loss, exposureMs: ms }] : [loss];
  });
}

/** The worst of all ways, in milliseconds; `undefined` where that of one is not known. */
export function worstExposureMs(ways: readonly WayResult[]): number | undefined {
  const all = ways.map(({ exposure }) => exposure.ms);
  const known = all.filter((ms) => ms !== undefined);
  return known.length < all.length ? undefined : Math.max(...known);
}

/** An objective for each way; the one of a drill with a single way is not named after it. */
export function judgeRpo(ways: readonly WayResult[], { rpoMs }: Objectives): ObjectiveResult[] {
  if (rpoMs === undefined) return [];
  const asked = { group: 'rpo', target: formatTarget(rpoMs), targetMs: rpoMs } as const;
  return ways.map((way) =>
    judgeWay(
      way,
      ways.length > 1
        ? { ...asked, of: way.via, title: `RPO of changes through ${way.via}` }
        : { ...asked, title: 'RPO' },
    ),
  );
}

type Asked = Subject & { readonly target: string; readonly targetMs: number };

function judgeWay({ loss, exposure }: WayResult, asked: Asked): ObjectiveResult {
  const { target, targetMs } = asked;
  const measured =
    exposure.ms === undefined ? {} : { measured: { lowerMs: exposure.ms, upperMs: exposure.ms } };
  const subject = { ...asked, ...measured };
  const details = loss ? [lossLine(loss), ...loss.details] : [];
  const fault = loss && faultOf(loss, exposure, asked);
  if (loss && fault !== undefined) return missed(subject, `${fault}: ${lossLine(loss)}.`, details);
  if (exposure.ms === undefined)
    return inconclusive(subject, `Exposure is not known: ${exposure.why}.`, details);
  const figures = `exposure ${formatDuration(exposure.ms)} (${exposure.why}), target ${target}`;
  if (exposure.ms > targetMs) return missed(subject, `Beyond the target: ${figures}.`, details);
  if (loss && (loss.loss?.upperMs ?? Infinity) > targetMs)
    return inconclusive(subject, `Loss is not known well enough: ${lossLine(loss)}.`, details);
  return met(subject, `Within the target: ${figures}.`, details);
}

/** What no age of an artifact excuses. */
function faultOf(loss: Loss, exposure: Exposure, { target, targetMs }: Asked): string | undefined {
  const leastMs = loss.loss?.lowerMs ?? 0;
  if (leastMs > targetMs) return `More was lost than the target of ${target} allows`;
  if (loss.phantom + loss.corrupted > 0) return 'What is there is the state of no moment';
  if (exposure.ms === undefined || leastMs <= exposure.ms) return undefined;
  return `More was lost than an exposure of ${formatDuration(exposure.ms)} (${exposure.why}) explains`;
}

function lossLine(it: Loss): string {
  const wrong = formatCounts([
    [it.lost, 'lost'],
    [it.phantom, 'phantom'],
    [it.corrupted, 'corrupted'],
    [it.resurrected, 'resurrected'],
    [it.unknown, 'of unknown outcome'],
  ]);
  const span = it.loss ? `, reaching back ${formatInterval(it.loss.lowerMs, it.loss.upperMs)}` : '';
  return `${counted(it.acknowledged, 'acknowledged change')} through ${it.via}: ${wrong || 'none lost'}${span}`;
}

/** The newest moment, on the clock of the run, that an artifact holds whole: one of this very run, or one of the user's own by its date. */
function consistentPointMs(facts: CaseFacts, names: readonly string[], run: RunFacts): number | undefined {
  const ofDate = (createdUtc: string): number => Date.parse(createdUtc) - wallMsAt(run, facts.id, 0);
  const points = facts.artifacts
    .filter((it) => names.includes(it.name))
    .flatMap(
      (it) =>
        replayedToMs(it.name, facts) ??
        it.takenFromMs ??
        (it.createdUtc === undefined ? [] : ofDate(it.createdUtc)),
    )
    // A date that cannot be read bounds nothing.
    .filter((point) => !Number.isNaN(point));
  return points.length === 0 ? undefined : Math.max(...points);
}

/** Where no change survived, the loss still reaches back no further than the artifact. */
function boundedBy(loss: Loss, failedMs: number, survivedMs: number | undefined): Loss {
  if (loss.loss?.upperMs !== null || loss.unknown > 0 || survivedMs === undefined) return loss;
  const upperMs = Math.max(loss.loss.lowerMs, failedMs - survivedMs);
  return { ...loss, loss: { ...loss.loss, upperMs } };
}
