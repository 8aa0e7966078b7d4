/** What every phase of a case works with. */
import type { Engine, Lab, Readiness } from '../engine/engine.js';
import type { Redactor } from '../journal/redaction.js';
import type { Recorder } from '../model/journal.js';
import type { Plan, PlannedCase } from '../model/plan.js';
import type { AdminApi } from '../system/admin-api.js';
import type { Clock } from '../system/clock.js';

export interface CaseContext {
  readonly runId: string;
  readonly plan: Plan;
  readonly planned: PlannedCase;
  readonly engine: Pick<Engine, 'blocksAddresses'>;
  readonly readiness: Readiness;
  readonly lab: Lab;
  /** The Admin API of the first node; the same before and after the disaster. */
  readonly admin: AdminApi;
  readonly clock: Clock;
  /** Aborts when the run is interrupted. */
  readonly signal: AbortSignal;
  readonly record: Recorder;
  /** Forces the journal onto the disk. */
  readonly sync: () => Promise<void>;
  /** Evidence of this case: comparisons, logs. */
  readonly evidenceFolder: string;
  /** Artifacts and other things that go when the case ends. */
  readonly workFolder: string;
  /** Whether the lab may stay up when the case ends, for a person to look inside. */
  readonly mayBeKept: boolean;
  /** The key that secrets in snapshots are hashed with. */
  readonly secretKey: string;
  /** Learns the secrets of the configuration as they are read. */
  readonly redactor: Pick<Redactor, 'addToProse'>;
}
