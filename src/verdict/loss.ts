/** What was lost: the ledger read back, and how much could have been lost at most. */
import type { EventOf } from '../model/journal.js';
import { formatDuration, formatInterval } from '../model/units.js';
import type { Interval, Loss, ObjectiveResult } from '../model/verdict.js';
import { artifactNamesOf } from './artifacts.js';
import type { CaseContext } from './case-context.js';
import { failedAtMs } from './failure.js';
import type { CaseFacts } from './facts.js';
import { counted, formatTarget, inconclusive, met, missed } from './objective.js';
import type { Objectives } from './objectives.js';

type Via = Loss['via'];
type Found = EventOf<'ledger-read-back'>['changes'][number]['found'];

interface Change {
  readonly intent: EventOf<'ledger-intent'>;
  outcome: EventOf<'ledger-outcome'>['outcome'];
  ackMs?: number;
  found?: Found;
}

export interface Exposure {
  readonly ms?: number;
  readonly why: string;
}

export function lossResults(facts: CaseFacts, { drill }: CaseContext): Loss[] {
  const changes = changesOf(facts);
  const failedMs = failedAtMs(facts);
  const survivedMs = consistentPointMs(facts, artifactNamesOf(drill, facts.recovery));
  return (['admin-api', 'pipeline'] as const).flatMap((via) => {
    const those = changes.filter((it) => it.intent.via === via);
    return those.length === 0 ? [] : [lossOf(via, those, { failedMs, survivedMs })];
  });
}

/** How far back the artifact lies at worst: its schedule plus its taking, or its age at the failure. */
export function exposureOf(facts: CaseFacts, { run, drill }: CaseContext): Exposure {
  const failedMs = failedAtMs(facts);
  if (failedMs === undefined) return { why: 'nothing was destroyed' };
  const stages = drill.recovery[facts.recovery] ?? [];
  if (stages.some((stage) => stage.stage === 'reattach'))
    return { ms: 0, why: 'the database itself survived' };
  const failedUtcMs = Date.parse(run.started.utc) + failedMs - run.started.t;
  const ages = artifactNamesOf(drill, facts.recovery).flatMap((name) => {
    const artifact = facts.artifacts.findLast((it) => it.name === name);
    const ms = artifact && ageOf(artifact, failedMs, failedUtcMs);
    return artifact && ms !== undefined ? [{ ms, why: whyOf(artifact) }] : [];
  });
  const [newest] = ages.sort((a, b) => a.ms - b.ms);
  return newest ?? { why: 'no artifact says how often it is taken (`every:`) or when it was' };
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
  const subject = {
    group: 'rpo',
    title: 'RPO',
    target,
    targetMs: rpoMs,
    ...measured,
  } as const;
  const details = losses.flatMap((loss) => [lossLine(loss), ...loss.details]);
  const beyond = losses.find((loss) => loss.loss !== undefined && loss.loss.lowerMs > rpoMs);
  if (beyond)
    return [
      missed(subject, `More was lost than the target of ${target} allows: ${lossLine(beyond)}.`, details),
    ];
  const wrong = losses.find((loss) => loss.phantom + loss.corrupted + loss.resurrected > 0);
  if (wrong) return [missed(subject, `The state is not that of any moment: ${lossLine(wrong)}.`, details)];
  if (exposure.ms === undefined)
    return [inconclusive(subject, `Exposure is not known: ${exposure.why}.`, details)];
  const figures = `exposure ${formatDuration(exposure.ms)} (${exposure.why}), target ${target}`;
  if (exposure.ms > rpoMs) return [missed(subject, `Beyond the target: ${figures}.`, details)];
  const unclear = losses.find((loss) => loss.loss?.upperMs === null || (loss.loss?.upperMs ?? 0) > rpoMs);
  if (unclear)
    return [inconclusive(subject, `Loss is not known well enough: ${lossLine(unclear)}.`, details)];
  return [met(subject, `Within the target: ${figures}.`, details)];
}

function lossLine(it: Loss): string {
  const counts = [
    [it.lost, 'lost'],
    [it.phantom, 'phantom'],
    [it.corrupted, 'corrupted'],
    [it.resurrected, 'resurrected'],
    [it.unknown, 'of unknown outcome'],
  ] as const;
  const wrong = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const span = it.loss ? `, reaching back ${formatInterval(it.loss.lowerMs, it.loss.upperMs)}` : '';
  return `${counted(it.acknowledged, 'acknowledged change')} through ${it.via}: ${wrong.join(', ') || 'none lost'}${span}`;
}

function changesOf(facts: CaseFacts): Change[] {
  const changes = new Map<string, Change>();
  for (const event of facts.ledger) {
    if (event.kind === 'ledger-intent') changes.set(event.change, { intent: event, outcome: 'unknown' });
    else if (event.kind === 'ledger-outcome') {
      const change = changes.get(event.change);
      if (change) Object.assign(change, { outcome: event.outcome, ackMs: event.t });
    } else for (const { change, found } of event.changes) Object.assign(changes.get(change) ?? {}, { found });
  }
  return [...changes.values()];
}

const detailsShown = 20;

interface Moments {
  readonly failedMs: number | undefined;
  /** What happened before this is in the artifact. */
  readonly survivedMs: number | undefined;
}

/** The newest moment that an artifact of this very run holds whole. */
function consistentPointMs(facts: CaseFacts, names: readonly string[]): number | undefined {
  const points = facts.artifacts
    .filter((it) => names.includes(it.name))
    .flatMap((it) => it.takenFromMs ?? []);
  return points.length === 0 ? undefined : Math.max(...points);
}

function lossOf(via: Via, changes: readonly Change[], { failedMs, survivedMs }: Moments): Loss {
  const named = changes.map((change) => ({ change, fate: fateOf(change) }));
  const count = (fate: string) => named.filter((it) => it.fate === fate).length;
  const wrong = named.filter((it) => ['lost', 'phantom', 'corrupted', 'resurrected'].includes(it.fate));
  const loss = failedMs === undefined ? undefined : lossInterval(named, failedMs, survivedMs);
  return {
    via,
    acknowledged: changes.filter((it) => it.outcome === 'ok').length,
    lost: count('lost'),
    phantom: count('phantom'),
    corrupted: count('corrupted'),
    resurrected: count('resurrected'),
    unknown: count('unknown'),
    ...(loss && { loss }),
    details: wrong.slice(0, detailsShown).map(({ change: { intent, ackMs }, fate }) => {
      const when =
        ackMs === undefined || failedMs === undefined
          ? ''
          : `, ${formatDuration(Math.max(0, failedMs - ackMs))} before the failure`;
      return `${fate}: ${intent.op} ${intent.entity} ${intent.key}${when}`;
    }),
  };
}

function fateOf({ intent, outcome, found }: Change): string {
  if (outcome === 'unknown' || found === undefined || found === 'unreadable') return 'unknown';
  if (outcome === 'failed') return found === 'as-intended' && intent.op !== 'delete' ? 'phantom' : 'fine';
  if (found === 'as-intended') return 'fine';
  if (intent.op === 'delete') return 'resurrected';
  return found === 'absent' ? 'lost' : 'corrupted';
}

/** [failure − ack of the oldest lost change, failure − ack of the newest surviving one before it]. */
function lossInterval(
  named: readonly { change: Change; fate: string }[],
  failedMs: number,
  survivedMs: number | undefined,
): Interval | undefined {
  const acked = named.flatMap(({ change, fate }) =>
    change.outcome === 'ok' && change.ackMs !== undefined
      ? [{ ackMs: change.ackMs, lost: fate !== 'fine' && fate !== 'unknown' }]
      : [],
  );
  if (acked.length === 0) return undefined;
  acked.sort((a, b) => a.ackMs - b.ackMs);
  const oldestLost = acked.findIndex((it) => it.lost);
  const newest = acked.at(-1);
  if (oldestLost === -1) return { lowerMs: 0, upperMs: Math.max(0, failedMs - (newest?.ackMs ?? 0)) };
  const survivorMs = acked[oldestLost - 1]?.ackMs ?? survivedMs;
  return {
    lowerMs: Math.max(0, failedMs - (acked[oldestLost]?.ackMs ?? 0)),
    upperMs: survivorMs === undefined ? null : failedMs - survivorMs,
  };
}

function ageOf(artifact: EventOf<'artifact'>, failedMs: number, failedUtcMs: number): number | undefined {
  const { everyMs, takenFromMs, takenToMs, createdUtc, artifact: kind } = artifact;
  if (kind === 'pipeline' && takenToMs !== undefined) return Math.max(0, failedMs - takenToMs);
  if (everyMs !== undefined) return everyMs + Math.max(0, (takenToMs ?? 0) - (takenFromMs ?? 0));
  return createdUtc === undefined ? undefined : Math.max(0, failedUtcMs - Date.parse(createdUtc));
}

function whyOf({ name, artifact, everyMs, createdUtc }: EventOf<'artifact'>): string {
  if (artifact === 'pipeline') return `since the newest run of ${name}`;
  return everyMs === undefined
    ? `${name} is of ${createdUtc ?? 'unknown date'}`
    : `${name} is taken every ${formatTarget(everyMs)}`;
}
