/** A phase of a case: its beginning and end are in the journal, and on the disk, whatever happens in it. */
import type { Phase, Recorder } from '../model/journal.js';

export interface PhaseContext {
  readonly record: Recorder;
  readonly sync: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** @throws whatever the phase throws; the signal's reason where the run was interrupted before it. */
export async function inPhase<T>(phase: Phase, context: PhaseContext, work: () => Promise<T>): Promise<T> {
  context.signal.throwIfAborted();
  context.record({ kind: 'phase-started', phase });
  let ok = false;
  try {
    const result = await work();
    ok = true;
    return result;
  } finally {
    context.record({ kind: 'phase-ended', phase, ok });
    await context.sync();
  }
}
