/** How much could have been lost at most: the age of what a recovery path starts from, for changes made one way. */
import { exposureOf as exposureOfSources } from '../measure/rpo-exposure.js';
import type { ExposureSource } from '../measure/rpo-exposure.js';
import { newestSurvivorMs } from '../measure/rpo.js';
import type { ChangeWay } from '../model/change-way.js';
import type { Drill } from '../model/drill.js';
import type { Stage } from '../model/drill-recovery.js';
import type { EventOf } from '../model/journal.js';
import { formatTarget } from '../model/units.js';
import type { CaseContext } from './case-context.js';
import { failedAtMs, wallMsAt } from './facts.js';
import type { CaseFacts } from './facts.js';

export interface Exposure {
  readonly ms?: number;
  readonly why: string;
}

interface Source {
  readonly source: ExposureSource;
  readonly why: string;
}

/** How far back a recovery may reach at worst, for changes made this way: the newest of what its stages start from. */
export function exposureOf(facts: CaseFacts, context: CaseContext, via: ChangeWay): Exposure {
  const { run, drill } = context;
  const failedMs = failedAtMs(facts);
  if (failedMs === undefined) return { why: 'nothing was destroyed' };
  const atUtc = new Date(wallMsAt(run, facts.id, failedMs));
  const found = stagesOf(facts, drill).flatMap((stage): Exposure[] => {
    const named = runsMade(stage, via, facts, context) ?? sourceOf(stage, facts);
    if (!named) return [];
    const exposure = exposureOfSources([named.source], { atMs: failedMs, atUtc });
    if (exposure.exposureMs === undefined) return [{ why: exposure.why }];
    return [{ ms: exposure.exposureMs, why: named.why }];
  });
  const [newest] = found.toSorted((a, b) => (a.ms ?? Infinity) - (b.ms ?? Infinity));
  return newest ?? { why: 'the path starts from nothing that has an age' };
}

function stagesOf({ recovery }: CaseFacts, drill: Drill): readonly Stage[] {
  return drill.recovery[recovery] ?? [];
}

/** A pipeline that went on until the failure is as new as the newest of its runs that came back. */
function runsMade(
  stage: Stage,
  via: ChangeWay,
  facts: CaseFacts,
  { drill }: CaseContext,
): Source | undefined {
  if (via !== 'pipeline' || stage.stage !== 'ci-replay' || stage.from !== drill.changes?.pipeline)
    return undefined;
  const others = stagesOf(facts, drill).flatMap((each) =>
    'from' in each && each.from !== stage.from ? [each.from] : [],
  );
  // What an earlier stage restores proves nothing of the pipeline.
  const restoredMs = facts.artifacts
    .filter(({ name }) => others.includes(name))
    .map(({ takenFromMs = -Infinity }) => takenFromMs);
  const newestRunEndMs = newestSurvivorMs(facts.ledger, via, Math.max(...restoredMs));
  if (newestRunEndMs === undefined) return undefined;
  const why = `since the newest run of ${stage.from} that came back`;
  return { source: { kind: 'pipeline', newestRunEndMs }, why };
}

function sourceOf(stage: Stage, facts: CaseFacts): Source | undefined {
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
export function replayedToMs(artifact: string, { steps }: CaseFacts): number | undefined {
  const replayed = steps.flatMap(({ ended }) => ended?.replayedTo ?? []);
  return replayed.findLast((it) => it.artifact === artifact)?.ms;
}

function sourceOfArtifact(event: EventOf<'artifact'>): ExposureSource {
  if (event.artifact !== 'pipeline') return { ...event, kind: 'backup' };
  return { ...event, kind: 'pipeline', newestRunEndMs: event.takenToMs };
}

function whyOf({ name, artifact, origin, everyMs, createdUtc }: EventOf<'artifact'>): string {
  if (artifact === 'pipeline') return `since the newest run of ${name}`;
  if (origin === 'given' && createdUtc !== undefined) return `${name} is of ${createdUtc}`;
  return everyMs === undefined ? name : `${name} is taken every ${formatTarget(everyMs)}`;
}
