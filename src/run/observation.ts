/** Looking at what Kong holds, without touching it: the parity clock. */
import type { Snapshot } from '../model/entity.js';
import { messageOf } from '../model/drill-error.js';
import type { Difference, KindComparison } from '../model/journal.js';
import { judgedTotals } from '../model/kind-figures.js';
import type { Instruments } from '../measure/instruments.js';
import { isInstrument } from '../measure/instruments.js';
import { readThroughAdmin } from '../parity/admin-reader.js';
import { compareSnapshots } from '../parity/diff.js';
import { fieldsThatDifferAfter } from '../parity/kinds.js';
import { declarationsFor, isWithinDeclared } from '../verdict/declared-loss.js';
import type { CaseContext } from './case-context.js';

const everyMs = 500;

export function readSnapshot(context: CaseContext): Promise<Snapshot> {
  const { admin, secretKey, clock, signal, redactor } = context;
  return readThroughAdmin(admin, {
    secretKey,
    clock,
    signal,
    onSecret: (secret) => redactor.addToProse(secret),
  });
}

export interface Reference {
  readonly snapshot: Snapshot;
  readonly instruments: Instruments;
}

/** What Kong holds now against the reference; the runner's own entities are left out. */
export function compareWith(
  { snapshot, instruments }: Reference,
  now: Snapshot,
  { plan, planned }: CaseContext,
  onDifference?: (difference: Difference) => void,
): readonly KindComparison[] {
  return compareSnapshots(snapshot, now, {
    level: plan.objectives.parity,
    ignore: fieldsThatDifferAfter(planned.stages.map(({ stage }) => stage.stage)),
    exclude: (entity) => isInstrument(entity, instruments),
    ...(onDifference ? { onDifference } : {}),
  });
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
  const undeclared = compareWith(reference, now, context).filter((kind) => !isDeclared(kind, context));
  return { count: judgedTotals(undeclared).differing };
}

/** What this path is declared not to bring back cannot hold its clock up. */
function isDeclared(kind: KindComparison, { plan, planned }: CaseContext): boolean {
  const declared = plan.drill.objectives?.parity?.declaredLoss ?? [];
  return isWithinDeclared(kind, declarationsFor(declared, planned.recovery, kind.kind));
}
