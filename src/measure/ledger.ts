/**
 * The ledger of changes: what was meant is on disk before the request, what came of it after. Open loop: a change is due
 * every 1/perSecond, whether or not earlier ones were answered, so that changes do not stop when the Admin API hangs.
 */
import { isObject } from '../model/entity.js';
import type { Json, JsonObject } from '../model/entity.js';
import { messageOf } from '../model/drill-error.js';
import type { EventOf, Recorder } from '../model/journal.js';
import { inWords } from '../system/admin-api.js';
import type { AdminAnswer, AdminApi } from '../system/admin-api.js';
import type { Clock } from '../system/clock.js';
import { sha256 } from '../system/files.js';
import { changeNumber, contentText, newEntity, pathOf } from './ledger-changes.js';
import type { LedgerEntity, LedgerRequest, PlannedChange } from './ledger-changes.js';
import type { LedgerWay } from './ledger-way.js';
import { refusedWrite } from './refused-write.js';

export interface LedgerTarget {
  readonly admin: AdminApi;
  readonly way: LedgerWay;
  readonly record: Recorder;
  /** Brings the journal to the disk; awaited between an intent and its request. */
  readonly sync?: () => Promise<void>;
  readonly clock: Clock;
}

/** Everything that was meant, in order; kept in memory beside the journal, to read it back. */
export interface Ledger {
  readonly entries: readonly LedgerEntry[];
}

export interface LedgerEntry extends PlannedChange {
  readonly change: string;
}

export interface Changes extends AsyncDisposable, Ledger {
  /** Makes no new change and waits, a few seconds at most, for the answers of those under way. */
  stop(): Promise<void>;
}

type Outcome = EventOf<'ledger-outcome'>['outcome'];
type Found = EventOf<'ledger-read-back'>['changes'][number]['found'];

const requestLimitMs = 5_000;
const basePerLedger = 12;

/**
 * Makes the entities of the ledger that the backup is to hold; to be called before the backup.
 * @returns what was acknowledged, for `startChanges` to change and `readBackChanges` to read.
 * @throws DrillError `engine` where Kong refuses what all others rest on.
 */
export async function makeBaseEntities(target: LedgerTarget): Promise<Ledger> {
  const book = new Book(target);
  if (target.way.first) await makeFirst(target.way.first, target);
  for (let place = 0; place < basePerLedger; place += 1) {
    const entity = newEntity(place, { ...target.way.names, mark: `${target.way.names.mark}-base` });
    await book.make({ op: 'create', entity });
  }
  return book;
}

/** Starts making changes, `perSecond` of them (range: > 0, ≤ 100), until stopped or the signal aborts. */
export function startChanges(
  target: LedgerTarget & { readonly perSecond: number; readonly base?: Ledger; readonly signal: AbortSignal },
): Changes {
  const book = new Book(target, target.base);
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, target.signal]);
  const running = new Set<Promise<void>>();
  const loop = (async () => {
    const beganMs = target.clock.nowMs();
    for (let place = 0; ; place += 1) {
      const waitMs = beganMs + (place * 1_000) / target.perSecond - target.clock.nowMs();
      if (waitMs > 0) await target.clock.sleep(waitMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      const made = book.make(changeNumber(place, target.way.names, book.settled()));
      running.add(made);
      // One that could not be recorded stays, and `stop` throws what it threw.
      void made.then(
        () => running.delete(made),
        () => undefined,
      );
    }
  })();
  const stop = async () => {
    ended.abort();
    await loop;
    await Promise.all(running);
  };
  return { entries: book.entries, stop, [Symbol.asyncDispose]: stop };
}

/** Reads every entity of the ledger back and records, for each change, whether what is there is what it meant. */
export async function readBackChanges(
  target: LedgerTarget & { readonly changes: Ledger; readonly signal: AbortSignal },
): Promise<void> {
  const seen = new Map<string, JsonObject | 'absent' | 'unreadable'>();
  const results: { change: string; found: Found }[] = [];
  for (const { change, op, entity } of target.changes.entries) {
    const path = pathOf(entity, target.way.names);
    const held = seen.get(path) ?? (await readEntity(path, target));
    seen.set(path, held);
    results.push({ change, found: compare(op, entity, held) });
  }
  target.record({ kind: 'ledger-read-back', changes: results });
}

async function makeFirst(request: LedgerRequest, { admin, way }: LedgerTarget): Promise<void> {
  const { method, path, body } = request;
  const answer = await admin.call(method, path, body, { limitMs: requestLimitMs });
  if (!answer.ok) throw refusedWrite(`${method} ${path} for the ledger of the runner: expected 200,`, answer);
  await way.keep?.(request);
}

/** What was meant, what came of it, and which entities can be changed further. */
class Book implements Ledger {
  readonly entries: LedgerEntry[];
  private readonly target: LedgerTarget;
  /** By natural key, oldest first; an entity whose change is under way or of unknown outcome is in neither. */
  private readonly present: Map<string, LedgerEntity>;

  constructor(target: LedgerTarget, base?: Ledger) {
    this.target = target;
    this.entries = [...(base?.entries ?? [])];
    this.present = new Map(base instanceof Book ? base.present : []);
  }

  settled(): readonly LedgerEntity[] {
    return [...this.present.values()];
  }

  async make(planned: PlannedChange): Promise<void> {
    const { target } = this;
    const { op, entity } = planned;
    const change = `${target.way.names.mark}-${this.entries.length + 1}`;
    const content = op === 'delete' ? {} : { content: fingerprint(entity.kind, entity.content) };
    this.entries.push({ ...planned, change });
    this.present.delete(entity.key);
    target.record({
      kind: 'ledger-intent',
      change,
      via: target.way.via,
      op,
      entity: entity.kind,
      key: entity.key,
      ...content,
    });
    await target.sync?.();
    const { outcome, detail } = await this.send(planned);
    target.record({ kind: 'ledger-outcome', change, outcome, ...(detail === '' ? {} : { detail }) });
    if (outcome === 'ok' && op !== 'delete') this.present.set(entity.key, entity);
  }

  private async send(planned: PlannedChange): Promise<{ outcome: Outcome; detail: string }> {
    const { admin, way } = this.target;
    const request = way.requestFor(planned);
    const { method, path, body } = request;
    let answer: AdminAnswer;
    try {
      answer = await admin.call(method, path, body, { limitMs: requestLimitMs });
    } catch (error) {
      // Only a refused connection proves that the request never arrived.
      return { outcome: wasRefused(error) ? 'failed' : 'unknown', detail: messageOf(error) };
    }
    if (!answer.ok) {
      // Where its Postgres hung, a real Kong answers 500, also for what that Postgres then did after all.
      return { outcome: answer.status >= 500 ? 'unknown' : 'failed', detail: inWords(answer) };
    }
    await way.keep?.(request);
    return { outcome: 'ok', detail: '' };
  }
}

async function readEntity(
  path: string,
  { admin, signal }: { readonly admin: AdminApi; readonly signal: AbortSignal },
): Promise<JsonObject | 'absent' | 'unreadable'> {
  try {
    const answer = await admin.call('GET', path, undefined, { limitMs: requestLimitMs, signal });
    if (answer.status === 404) return 'absent';
    return answer.status === 200 && isObject(answer.body) ? answer.body : 'unreadable';
  } catch {
    signal.throwIfAborted();
    return 'unreadable';
  }
}

function compare(
  op: PlannedChange['op'],
  entity: LedgerEntity,
  held: JsonObject | 'absent' | 'unreadable',
): Found {
  if (held === 'unreadable') return 'unreadable';
  if (held === 'absent') return op === 'delete' ? 'as-intended' : 'absent';
  if (op === 'delete') return 'other';
  return fingerprint(entity.kind, held) === fingerprint(entity.kind, entity.content)
    ? 'as-intended'
    : 'other';
}

function fingerprint(kind: LedgerEntity['kind'], content: Readonly<Record<string, Json>>): string {
  return sha256(contentText(kind, content));
}

function wasRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}
