/**
 * What was lost of acknowledged changes. Pure.
 *
 *   changes of one entity, in order    absent ─create─> A ─update─> B ─delete─> absent
 *   read back after recovery                            A
 *   lost                                                  ^ lost      ^ its deletion undone: resurrected
 *
 * Each change is read back against its own intent; the entity is judged as a whole: what is there now is some state of
 * its history (everything later is lost), or none of them (corrupted). A change that left no trace of its own (created
 * and deleted again: absent, whether restored or not) proves nothing, and is no evidence of survival.
 */
import type { ChangeWay } from '../model/change-way.js';
import type { EventOf } from '../model/journal.js';
import type { Loss } from '../model/verdict.js';

export type LedgerEvent = EventOf<'ledger-intent'> | EventOf<'ledger-outcome'> | EventOf<'ledger-read-back'>;

/** The ways by which changes were made, to be judged apart. */
export function viasOf(events: readonly LedgerEvent[]): readonly ChangeWay[] {
  return [...new Set(events.flatMap((event) => (event.kind === 'ledger-intent' ? [event.via] : [])))];
}

/**
 * Loss of the changes made one way: [failure − ack of the oldest lost, failure − ack of the newest surviving before it];
 * nothing lost: [0, failure − newest surviving ack]. `loss` is absent where nothing was acknowledged before the failure
 * or nothing was read back; its upper end is null where a change could not be read back or nothing older survived.
 */
export function lossOf(events: readonly LedgerEvent[], via: ChangeWay, failedAtMs: number): Loss {
  const { changes, judged } = judgedChanges(events, via);
  const of = (fate: Fate) => judged.filter((one) => one.fate === fate);
  const lost = [...of('lost'), ...of('resurrected')];
  const readBack = events.some((event) => event.kind === 'ledger-read-back');
  const acknowledged = changes.filter(({ outcome }) => outcome === 'ok');
  const loss = readBack
    ? lossInterval({ lost, survived: of('survived'), blind: of('unreadable'), failedAtMs })
    : undefined;
  return {
    via,
    acknowledged: acknowledged.length,
    lost: of('lost').length,
    phantom: of('phantom').length,
    corrupted: of('corrupted').length,
    resurrected: of('resurrected').length,
    unknown: changes.filter(({ outcome }) => outcome === 'unknown').length + of('unreadable').length,
    ...(loss ? { loss } : {}),
    details: (['lost', 'resurrected', 'corrupted', 'phantom', 'unreadable'] as const).flatMap((fate) =>
      details(of(fate), fate, failedAtMs),
    ),
  };
}

/**
 * When the newest of the changes made one way that recovery brought back was acknowledged, on the clock of the run; of those
 * after `sinceMs`. `undefined` where none came back.
 */
export function newestSurvivorMs(
  events: readonly LedgerEvent[],
  via: ChangeWay,
  sinceMs = -Infinity,
): number | undefined {
  const acks = judgedChanges(events, via).judged.flatMap(({ change, fate }) =>
    fate === 'survived' && change.ackMs > sinceMs ? [change.ackMs] : [],
  );
  return acks.length === 0 ? undefined : Math.max(...acks);
}

type Found = EventOf<'ledger-read-back'>['changes'][number]['found'];

interface Change {
  readonly via: ChangeWay;
  readonly op: 'create' | 'update' | 'delete';
  readonly entity: string;
  readonly key: string;
  readonly intentMs: number;
  readonly outcome: 'ok' | 'failed' | 'unknown';
  readonly ackMs: number;
  readonly found?: Found;
}

type Fate = 'survived' | 'moot' | 'lost' | 'phantom' | 'corrupted' | 'resurrected' | 'unreadable';
interface Judged {
  readonly change: Change;
  readonly fate: Fate;
}

const detailsLimit = 5;

function judgedChanges(events: readonly LedgerEvent[], via: ChangeWay) {
  const changes = changesOf(events).filter((change) => change.via === via);
  return { changes, judged: [...grouped(changes).values()].flatMap(judgeEntity) };
}

function changesOf(events: readonly LedgerEvent[]): Change[] {
  const outcomes = new Map<string, EventOf<'ledger-outcome'>>();
  const found = new Map<string, Found>();
  for (const event of events) {
    if (event.kind === 'ledger-outcome') outcomes.set(event.change, event);
    if (event.kind === 'ledger-read-back') for (const one of event.changes) found.set(one.change, one.found);
  }
  return events.flatMap((event) => {
    if (event.kind !== 'ledger-intent') return [];
    const outcome = outcomes.get(event.change);
    const seen = found.get(event.change);
    return [
      {
        via: event.via,
        op: event.op,
        entity: event.entity,
        key: event.key,
        intentMs: event.t,
        // A runner that died between intent and outcome does not know.
        outcome: outcome?.outcome ?? 'unknown',
        ackMs: outcome?.t ?? event.t,
        ...(seen === undefined ? {} : { found: seen }),
      },
    ];
  });
}

function grouped(changes: readonly Change[]): Map<string, Change[]> {
  const groups = new Map<string, Change[]>();
  for (const change of changes.toSorted((a, b) => a.intentMs - b.intentMs)) {
    const name = `${change.entity}\0${change.key}`;
    groups.set(name, [...(groups.get(name) ?? []), change]);
  }
  return groups;
}

/** The changes of one entity, in order of their intents. */
function judgeEntity(changes: readonly Change[]): readonly Judged[] {
  const acknowledged = changes.filter(({ outcome }) => outcome === 'ok');
  if (changes.every(({ found }) => found === undefined || found === 'unreadable'))
    return acknowledged.map((change) => ({ change, fate: 'unreadable' }));
  const states = possibleStates(changes);
  if (states.length === 0) return strayState(changes, acknowledged);
  const oldest = Math.min(...states);
  const newest = Math.max(...states);
  return changes.flatMap((change, place): Judged[] => {
    if (change.outcome !== 'ok') return [];
    if (place > newest) return [{ change, fate: change.op === 'delete' ? 'resurrected' : 'lost' }];
    return [{ change, fate: place <= oldest ? 'survived' : 'moot' }];
  });
}

/**
 * The changes after which the entity was as it is now, by their places; −1: as before all of them, which is absent.
 * A change that may have been applied counts, one that was refused does not.
 */
function possibleStates(changes: readonly Change[]): number[] {
  const absent = changes.some(({ op, found }) =>
    op === 'delete' ? found === 'as-intended' : found === 'absent',
  );
  const after = changes.flatMap(({ outcome, found }, place) =>
    outcome !== 'failed' && found === 'as-intended' ? [place] : [],
  );
  return absent ? [-1, ...after] : after;
}

/** What is there was never acknowledged: a refused change took effect, or the content is nobody's. */
function strayState(changes: readonly Change[], acknowledged: readonly Change[]): readonly Judged[] {
  const phantom = changes.findLast(({ outcome, found }) => outcome === 'failed' && found === 'as-intended');
  if (phantom) return [{ change: phantom, fate: 'phantom' }];
  const last = acknowledged.at(-1);
  if (!last) return [];
  return [{ change: last, fate: last.op === 'delete' ? 'resurrected' : 'corrupted' }];
}

function lossInterval(facts: {
  readonly lost: readonly Judged[];
  readonly survived: readonly Judged[];
  readonly blind: readonly Judged[];
  readonly failedAtMs: number;
}): Loss['loss'] | undefined {
  const { lost, survived, blind, failedAtMs } = facts;
  if (lost.length + survived.length + blind.length === 0) return undefined;
  const ago = (ackMs: number) => Math.max(0, failedAtMs - ackMs);
  const oldestLostMs = Math.min(...lost.map(({ change }) => change.ackMs));
  const before = survived.filter(({ change }) => change.ackMs < oldestLostMs);
  const newestMs = Math.max(...before.map(({ change }) => change.ackMs));
  const open = before.length === 0 || blind.length > 0;
  return { lowerMs: lost.length === 0 ? 0 : ago(oldestLostMs), upperMs: open ? null : ago(newestMs) };
}

function details(judged: readonly Judged[], fate: Fate, failedAtMs: number): readonly string[] {
  const lines = judged
    .toSorted((a, b) => a.change.ackMs - b.change.ackMs)
    .slice(0, detailsLimit)
    .map(({ change }) => {
      const word = change.outcome === 'ok' ? 'acknowledged' : 'refused';
      const apartS = Math.abs(failedAtMs - change.ackMs) / 1_000;
      const side = change.ackMs <= failedAtMs ? 'before' : 'after';
      return `${fate}: ${change.op} ${change.entity} ${change.key}, ${word} ${apartS.toFixed(3)} s ${side} the failure`;
    });
  const more = judged.length - lines.length;
  return more > 0 ? [...lines, `${fate}: ${more} more`] : lines;
}
