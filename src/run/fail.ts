/** Phase 6: inject each failure, and confirm by independent evidence that it happened. */
import { bindFailure } from '../failure/failures.js';
import type { BoundFailure } from '../failure/failures.js';
import { markOf } from '../measure/instruments.js';
import { DrillError, messageOf } from '../model/drill-error.js';
import type { Evidence } from '../model/journal.js';
import { durationMs } from '../model/units.js';
import { waitFor } from '../system/clock.js';
import { ofServer, withSql } from '../system/sql.js';
import type { CaseContext } from './case-context.js';

/** How long the world may take to show that a failure happened. */
const confirmLimitMs = 10_000;

/** Runs the sequence of failures. @returns when the first was issued, which is when the clocks start. */
export async function fail(context: CaseContext): Promise<number> {
  const { plan, lab, admin, clock, signal, record } = context;
  let issuedMs: number | undefined;
  for (const failure of plan.failures) {
    if (failure.kind === 'pause') {
      await clock.sleep(durationMs(failure.for), signal);
      continue;
    }
    if (failure.kind === 'restore-point') {
      await makeRestorePoint(failure.name, context);
      continue;
    }
    const mark = markOf(context.runId);
    const bound = bindFailure(failure, { lab, admin, clock, signal, folder: plan.folder, mark });
    if (!bound) continue;
    const t = clock.nowMs();
    issuedMs ??= t;
    record({ kind: 'failure-issued', t, failure: bound.kind, target: bound.target, planned: failure });
    await context.sync();
    await bound.inject();
    const evidence = await confirm(bound, context);
    const confirmed = evidence.some((one) => one.confirms);
    record({
      kind: 'failure-confirmed',
      failure: bound.kind,
      target: bound.target,
      confirmed,
      evidence: [...evidence],
    });
  }
  return issuedMs ?? clock.nowMs();
}

/** @throws DrillError `component` where Postgres makes none. */
async function makeRestorePoint(name: string, { lab, record }: CaseContext): Promise<void> {
  const postgres = ofServer(lab.postgres.connection);
  try {
    await withSql(postgres, (sql) => sql.query('SELECT pg_create_restore_point($1)', [name]));
  } catch (error) {
    const text = `the restore point ${name} could not be made: ${messageOf(error)}`;
    throw new DrillError('component', text, 'see the log of Postgres in the folder of the run');
  }
  record({ kind: 'note', level: 'info', text: `restore point ${name} made` });
}

/** Asks until something confirms it, or the limit is reached; the last answer counts. */
async function confirm(bound: BoundFailure, { clock, signal }: CaseContext): Promise<readonly Evidence[]> {
  let evidence: readonly Evidence[] = [];
  await waitFor(
    async () => {
      evidence = await bound.confirm();
      return evidence.some((one) => one.confirms)
        ? { done: true, value: true }
        : { done: false, seen: 'not confirmed' };
    },
    { clock, signal, limitMs: confirmLimitMs, everyMs: 200 },
  );
  return evidence;
}
