/** What the recovery starts from: a bad artifact is found before the disaster, and is missed. */
import type { Drill } from '../model/drill.js';
import type { EventOf } from '../model/journal.js';
import { formatBytes, formatDuration } from '../model/units.js';
import type { CaseResult, ObjectiveResult } from '../model/verdict.js';
import type { CaseFacts } from './facts.js';
import { met, missed, notRun } from './objective.js';
import { toMicroseconds } from './rounding.js';

/** The artifacts that a path names, in the order of its stages. */
export function artifactNamesOf(drill: Drill, recovery: string): readonly string[] {
  const stages = drill.recovery[recovery] ?? [];
  return [...new Set(stages.flatMap((stage) => ('from' in stage ? [stage.from] : [])))];
}

export function judgeArtifacts(facts: CaseFacts, names: readonly string[]): ObjectiveResult[] {
  return names.map((name) => {
    const subject = { group: 'artifact', of: name, title: `Artifact ${name}` } as const;
    const found = facts.artifacts.findLast((it) => it.name === name);
    if (!found) return notRun(subject, 'It was neither taken nor fetched: the run did not get that far.');
    const first = found.faults[0];
    if (first !== undefined) return missed(subject, `It cannot be relied on: ${first}.`, found.faults);
    return met(subject, `${describe(found)}.`, [`sha256 ${found.sha256}`]);
  });
}

export function artifactResults(facts: CaseFacts): CaseResult['artifacts'] {
  return facts.artifacts.map((it) => ({
    name: it.name,
    artifact: it.artifact,
    method: it.method,
    origin: it.origin,
    sizeBytes: it.sizeBytes,
    sha256: it.sha256,
    faults: it.faults,
    ...(it.takenFromMs !== undefined && { takenFromMs: it.takenFromMs }),
    ...(it.takenFromMs !== undefined &&
      it.takenToMs !== undefined && { tookMs: toMicroseconds(it.takenToMs - it.takenFromMs) }),
    ...(it.createdUtc !== undefined && { createdUtc: it.createdUtc }),
    ...(it.everyMs !== undefined && { everyMs: it.everyMs }),
    ...(it.source !== undefined && { source: it.source }),
    ...(it.fetchedInMs !== undefined && { fetchedInMs: toMicroseconds(it.fetchedInMs) }),
  }));
}

function describe(it: EventOf<'artifact'>): string {
  const fetched =
    it.source === undefined ? '' : `, fetched ${it.source} in ${formatDuration(it.fetchedInMs ?? 0)}`;
  const origin =
    it.origin === 'taken' ? 'taken by the drill' : `given, of ${it.createdUtc ?? 'unknown date'}${fetched}`;
  return `${it.artifact} (${it.method}), ${formatBytes(it.sizeBytes)}, ${origin}`;
}
