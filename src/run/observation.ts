/** Looking at what Kong holds, without touching it: the parity clock. */
import type { Snapshot } from '../model/entity.js';
import { messageOf } from '../model/drill-error.js';
import type { KindComparison } from '../model/journal.js';
import type { Instruments } from '../measure/instruments.js';
import { isInstrument } from '../measure/instruments.js';
import { compareSnapshots } from '../parity/diff.js';
import { readThroughAdmin } from '../parity/read-admin.js';
import type { CaseContext } from './case-context.js';

const everyMs = 500;
const readLimitMs = 30_000;

export function readSnapshot({ admin, plan, secretKey, signal }: CaseContext): Promise<Snapshot> {
  return readThroughAdmin(admin, {
    workspaces: plan.topology.workspaces,
    secretKey,
    signal,
    limitMs: readLimitMs,
  });
}

export interface Reference {
  readonly snapshot: Snapshot;
  readonly instruments: Instruments;
}

/** What Kong holds now against the reference; the runner's own entities are left out. */
export function compareWith(
  reference: Reference,
  now: Snapshot,
  { plan }: CaseContext,
): readonly KindComparison[] {
  return compareSnapshots(reference.snapshot, now, {
    level: plan.objectives.parity,
    exclude: (entity) => isInstrument(entity, reference.instruments),
  });
}

/** How many entities of the configuration are not as they were. */
export function differing(kinds: readonly KindComparison[]): number {
  return kinds
    .filter(({ role }) => role === 'configuration')
    .reduce(
      (sum, kind) => sum + kind.missing + kind.extra + kind.changed + kind.duplicated + kind.reParented,
      0,
    );
}

/** Takes snapshots, one after another, until one is equal; disposing ends it. */
export interface ParityWatch extends AsyncDisposable {
  /** Resolves when a snapshot was equal, or the watch has ended. */
  readonly equal: Promise<void>;
}

export function watchParity(reference: Reference, context: CaseContext): ParityWatch {
  const { clock, record } = context;
  const end = new AbortController();
  const signal = AbortSignal.any([context.signal, end.signal]);
  const look = async (): Promise<boolean> => {
    const beganMs = clock.nowMs();
    const found = await readSnapshot({ ...context, signal }).catch((error: unknown) => messageOf(error));
    if (signal.aborted) return true;
    const seen = typeof found === 'string' ? { count: 0, error: found } : seenIn(reference, found, context);
    const equal = seen.count === 0 && seen.error === undefined;
    const error = seen.error === undefined ? {} : { error: seen.error };
    record({ kind: 'snapshot', beganMs, endedMs: clock.nowMs(), equal, differing: seen.count, ...error });
    return equal;
  };
  const loop = async () => {
    while (!signal.aborted && !(await look())) await clock.sleep(everyMs, signal).catch(() => undefined);
  };
  const equal = loop();
  return {
    equal,
    [Symbol.asyncDispose]: async () => {
      end.abort();
      await equal;
    },
  };
}

function seenIn(
  reference: Reference,
  now: Snapshot,
  context: CaseContext,
): { count: number; error?: string } {
  const [unread] = now.unread;
  if (unread) return { count: 0, error: `${unread.kind}: ${unread.reason}` };
  return { count: differing(compareWith(reference, now, context)) };
}
