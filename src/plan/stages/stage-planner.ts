/** What plans one stage: the stage as written, and how it finds the lab. */
import type { Artifact, Stage, StageKind } from '../../model/drill-recovery.js';
import type { RecoveryStep, Topology } from '../../model/plan.js';
import type { RecordedRuns } from '../recorded-runs.js';
import type { Survivors } from '../survivors.js';

export type StageOf<K extends StageKind> = Extract<Stage, { stage: K }>;

export interface StageContext {
  readonly found: Survivors;
  readonly topology: Topology;
  readonly artifacts: ReadonlyMap<string, Artifact>;
  readonly runs: RecordedRuns;
  /** Artifacts that earlier stages of the same path recover from. */
  readonly earlier: readonly string[];
}

export type StagePlanner<K extends StageKind> = (
  stage: StageOf<K>,
  context: StageContext,
) => readonly RecoveryStep[];

export type KongChoice = 'restart' | 'keep' | 'reload' | 'clear-cache' | 'new';
