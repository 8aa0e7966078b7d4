/** What a run does not prove: printed in every report. */
import { counted, formatDuration } from '../model/units.js';
import type { Drill } from '../model/drill.js';
import type { CaseResult } from '../model/verdict.js';
import type { RunFacts } from './facts.js';
import { skippedOf, wasTried } from './skipped.js';

/** Failure probability that n passes out of n leave open, at 95 %. Range: n ≥ 1; the result is within 0–1. */
export function failureBound(passes: number): number {
  return 1 - 0.05 ** (1 / passes);
}

export function limitsOf(run: RunFacts, drill: Drill, cases: readonly CaseResult[]): string[] {
  return [
    ...standIn(run),
    'Hybrid mode, DB-less mode, the Kubernetes Ingress Controller and Konnect are not covered.',
    'Times from one machine tell about the procedure and its regressions; production adds its own volume of data and its own hands.',
    ...pulls(run),
    ...people(drill),
    ...repetitions(cases),
    ...detectionFloor(cases),
    ...editions(drill),
    ...skippedPaths(run),
    ...otherShards(run),
    ...otherMachines(run),
    ...holes(run),
    'Whether this run was chosen among several, or its records were made up as a whole, cannot be told without an outside anchor such as a CI attestation or a time stamp.',
  ];
}

function standIn(run: RunFacts): string[] {
  if (!run.started.rehearsal) return [];
  return [
    'This was a rehearsal: Kong was played by a stand-in. It shows that the drill and the procedure work; its times, loss and parity are no evidence about a real Kong and never count towards an RTO.',
  ];
}

function pulls({ pulled }: RunFacts): string[] {
  if (pulled.length === 0) return [];
  const each = pulled.map(({ image, tookMs }) => `${image} (${formatDuration(tookMs)})`);
  return [`Images were pulled before any clock began, which is part of no figure: ${each.join(', ')}.`];
}

function people(drill: Drill): string[] {
  const declared = drill.people?.noticeAndDecide;
  return [
    declared === undefined
      ? 'The time that people take to notice and to decide is not declared, and not part of any figure.'
      : `The time that people take to notice and to decide (declared: ${declared}) was not measured, and is not part of any figure.`,
  ];
}

function repetitions(cases: readonly CaseResult[]): string[] {
  const most = Math.max(0, ...cases.map((it) => it.repetition));
  if (most === 0) return [];
  const bound = `${Math.round(failureBound(most) * 100)} %`;
  return [
    `Each path was tried ${counted(most, 'time')}: even if all of them passed, a path that fails in up to ${bound} of cases would not be found out (at 95 % confidence).`,
  ];
}

function detectionFloor(cases: readonly CaseResult[]): string[] {
  const floors = (['traffic', 'config'] as const).flatMap((clock) => {
    const all = cases.flatMap((it) =>
      it.clocks.filter((one) => one.clock === clock).map((one) => one.floorMs),
    );
    return all.length === 0 ? [] : [`${formatDuration(Math.max(...all))} (${clock})`];
  });
  return floors.length === 0 ? [] : [`Outages shorter than ${floors.join(', ')} could have gone unseen.`];
}

function editions(drill: Drill): string[] {
  return drill.topology?.kong?.edition === 'enterprise'
    ? ['Kong Enterprise: not verified on a licensed image.']
    : [];
}

function skippedPaths(run: RunFacts): string[] {
  return skippedOf(run).map(({ recovery, reason }) =>
    wasTried(recovery, run)
      ? `The path ${recovery} was tried less often than the drill asks: ${reason}.`
      : `Nothing is known of the path ${recovery}: skipped, ${reason}.`,
  );
}

function otherShards({ started: { shard, cases } }: RunFacts): string[] {
  if (!shard) return [];
  return [
    `This is shard ${shard.index} of ${shard.of}: ${cases.length} of ${counted(shard.cases.length, 'case')} ran here. \`kong-drill merge\` makes one report of all shards.`,
  ];
}

function otherMachines({ started: { merged } }: RunFacts): string[] {
  if (!merged) return [];
  const hosts = new Set(merged.shards.map(({ host }) => host.hostname));
  return hosts.size < 2
    ? []
    : [
        `The cases ran on ${hosts.size} machines: their times differ by what the machines are, and times of day are those of each machine's own clock.`,
      ];
}

function holes(run: RunFacts): string[] {
  const lost =
    run.lostEvents > 0 ? [`The journal has a hole: ${counted(run.lostEvents, 'event')} missing.`] : [];
  return run.ended
    ? lost
    : [
        ...lost,
        'The record breaks off: the run was cut off before its end, and what came after is not known.',
      ];
}
