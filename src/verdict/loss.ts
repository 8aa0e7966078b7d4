/** What was lost: the ledger read back, and how much could have been lost at most. */
import { exposureOf as exposureOfSources } from '../measure/rpo-exposure.js';
import type { ExposureSource } from '../measure/rpo-exposure.js';
import { lossOf, viasOf } from '../measure/rpo.js';
import type { Stage } from '../model/drill-recovery.js';
import type { EventOf } from '../model/journal.js';
import { counted, formatCounts, formatDuration, formatInterval, formatTarget } from '../model/units.js';
import type { Loss, ObjectiveResult } from '../model/verdict.js';
import { artifactNamesOf } from './artifacts.js';
import type { CaseContext } from './case-context.js';
import { failedAtMs } from './failure.js';
import type { CaseFacts } from './facts.js';
import { inconclusive, met, missed } from './objective.js';
import type { Objectives } from './objectives.js';
import { toMicroseconds } from './rounding.js';

export interface Exposure {
  readonly ms?: number;
  readonly why: string;
}

export function lossResults(facts: CaseFacts, { run, drill }: CaseContext): Loss[] {
  const failedMs = failedAtMs(facts);
  if (failedMs === undefined) return [];
  const survivedMs = consistentPointMs(facts, artifactNamesOf(drill, facts.recovery), run.started);
  return viasOf(facts.ledger).map((via) =>
    boundedBy(lossOf(facts.ledger, via, failedMs), failedMs, survivedMs),
  );
}

/** How far back a recovery may reach at worst: the newest of what its stages start from. */
export function exposureOf(facts: CaseFacts, { run, drill }: CaseContext): Exposure {
  const failedMs = failedAtMs(facts);
  if (failedMs === undefined) return { why: 'nothing was destroyed' };
  const atUtc = new Date(Date.parse(run.started.utc) + failedMs - run.started.t);
  const found = (drill.recovery[facts.recovery] ?? []).flatMap((stage) => {
    const named = sourceOf(stage, facts);
    return named ? [{ named, exposure: exposureOfSources([named.source], { atMs: failedMs, atUtc }) }] : [];
  });
  const known = found.flatMap(({ named, exposure }) =>
    exposure.exposureMs === undefined ? [] : [{ ms: exposure.exposureMs, why: named.why }],
  );
  const [newest] = known.sort((a, b) => a.ms - b.ms);
  const [unknown] = found.flatMap(({ exposure }) =>
    exposure.exposureMs === undefined ? [exposure.why] : [],
  );
  return newest
    ? { ...newest, ms: toMicroseconds(newest.ms) }
    : { why: unknown ?? 'the path starts from nothing that has an age' };
}

export function judgeRpo(
  losses: readonly Loss[],
  exposure: Exposure,
  { rpoMs }: Objectives,
): ObjectiveResult[] {
  if (rpoMs === undefined) return [];
  const measured =
    exposure.ms === undefined ? {} : { measured: { lowerMs: exposure.ms, upperMs: exposure.ms } };
  const target = formatTarget(rpoMs);
  const subject = { group: 'rpo', title: 'RPO', target, targetMs: rpoMs, ...measured } as const;
  const details = losses.flatMap((loss) => [lossLine(loss), ...loss.details]);
  const beyond = losses.find((loss) => loss.loss !== undefined && loss.loss.lowerMs > rpoMs);
  if (beyond) {
    return [
      missed(subject, `More was lost than the target of ${target} allows: ${lossLine(beyond)}.`, details),
    ];
  }
  const wrong = losses.find((loss) => loss.phantom + loss.corrupted > 0);
  if (wrong)
    return [missed(subject, `What is there is the state of no moment: ${lossLine(wrong)}.`, details)];
  if (exposure.ms === undefined)
    return [inconclusive(subject, `Exposure is not known: ${exposure.why}.`, details)];
  const figures = `exposure ${formatDuration(exposure.ms)} (${exposure.why}), target ${target}`;
  if (exposure.ms > rpoMs) return [missed(subject, `Beyond the target: ${figures}.`, details)];
  const unclear = losses.find((it) => (it.loss?.upperMs ?? Infinity) > rpoMs);
  if (unclear)
    return [inconclusive(subject, `Loss is not known well enough: ${lossLine(unclear)}.`, details)];
  return [met(subject, `Within the target: ${figures}.`, details)];
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
function consistentPointMs(
  facts: CaseFacts,
  names: readonly string[],
  { utc, t }: EventOf<'run-started'>,
): number | undefined {
  const ofDate = (createdUtc: string): number => Date.parse(createdUtc) - Date.parse(utc) + t;
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

function sourceOf(stage: Stage, facts: CaseFacts): { source: ExposureSource; why: string } | undefined {
  if (stage.stage === 'reattach')
    return { source: { kind: 'survivor' }, why: 'the database itself survived' };
  if (!('from' in stage)) return undefined;
  const artifact = facts.artifacts.findLast((it) => it.name === stage.from);
  if (!artifact) return undefined;
  const toMs = replayedToMs(stage.from, facts);
  if (toMs !== undefined) return { source: { kind: 'replayed', toMs }, why: `WAL replayed on ${stage.from}` };
  return { source: sourceOfArtifact(artifact), why: whyOf(artifact) };
}

/** How far the archived WAL was replayed on an artifact, where it was. */
function replayedToMs(artifact: string, { steps }: CaseFacts): number | undefined {
  return steps.findLast(({ ended }) => ended?.replayedTo?.artifact === artifact)?.ended?.replayedTo?.ms;
}

function sourceOfArtifact(event: EventOf<'artifact'>): ExposureSource {
  const { artifact, origin, takenFromMs, takenToMs, createdUtc, everyMs } = event;
  const created = createdUtc === undefined ? {} : { createdUtc };
  if (artifact === 'pipeline') {
    return { kind: 'pipeline', ...(takenToMs !== undefined && { newestRunEndMs: takenToMs }), ...created };
  }
  return {
    kind: 'backup',
    origin,
    ...(takenFromMs !== undefined && { takenFromMs }),
    ...(takenToMs !== undefined && { takenToMs }),
    ...created,
    ...(everyMs !== undefined && { everyMs }),
  };
}

function whyOf({ name, artifact, origin, everyMs, createdUtc }: EventOf<'artifact'>): string {
  if (artifact === 'pipeline') return `since the newest run of ${name}`;
  if (origin === 'given' && createdUtc !== undefined) return `${name} is of ${createdUtc}`;
  return everyMs === undefined ? name : `${name} is taken every ${formatTarget(everyMs)}`;
}
