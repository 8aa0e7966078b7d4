/** What a period of drills shows, gathered for whoever has to look through all of it. */
import type { Decision } from './sign-off.js';
import type { Verdict } from './verdict.js';

export const auditVersion = 1;

export interface AuditedRun {
  readonly runId: string;
  readonly drill: string;
  /** Relative to the reports folder. */
  readonly folder: string;
  readonly startedUtc: string;
  readonly trigger: string;
  /** Absent where the run never ended. */
  readonly verdict?: Verdict;
  readonly rehearsal?: boolean;
  readonly sentence?: string;
  readonly disaster?: string;
  /** Id of the earlier run whose findings this one retests, as a person said. */
  readonly retests?: string;
  readonly paths: readonly {
    readonly recovery: string;
    readonly stages: string;
    readonly verdict: Verdict;
  }[];
  /** Everything that speaks against its evidence; empty where it holds. */
  readonly faults: readonly string[];
  readonly signOffs: readonly {
    readonly by: string;
    readonly utc: string;
    readonly decision: Decision;
    readonly note: string;
  }[];
}

/** A recovery path that was not met, and what came of it. */
export interface AuditedFailure {
  readonly runId: string;
  readonly drill: string;
  readonly recovery: string;
  readonly utc: string;
  readonly verdict: Verdict;
  readonly rehearsal: boolean;
  /** The next run of the same path; absent where there was none. */
  readonly retest?: { readonly runId: string; readonly utc: string; readonly verdict: Verdict };
}

/** One disaster and one way back: how often it was drilled in the period, and how it last ended. */
export interface AuditedCoverage {
  readonly disaster: string;
  readonly stages: string;
  readonly runs: number;
  /** Of them with a stand-in for Kong. */
  readonly rehearsals: number;
  readonly lastVerdict: Verdict;
}

export interface AuditPack {
  readonly schemaVersion: typeof auditVersion;
  readonly tool: string;
  readonly fromUtc: string;
  /** Not in the period any more. */
  readonly toUtc: string;
  readonly runs: readonly AuditedRun[];
  readonly coverage: readonly AuditedCoverage[];
  /** Disasters that the project has promised to drill, and that no run of the period has; absent where it promises nothing. */
  readonly notDrilled?: readonly string[];
  readonly failures: readonly AuditedFailure[];
  /** What is missing from the record, or was changed in it. */
  readonly holes: readonly string[];
  readonly limits: readonly string[];
}
