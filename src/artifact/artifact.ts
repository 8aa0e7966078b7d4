/** What a recovery starts from: taken by the drill before the disaster, or the user's own; checked either way. */
import type { ArtifactKind } from '../model/drill-recovery.js';
import type { PipelineRun } from '../model/pipeline.js';
import type { Lab, PhysicalData, ToolName } from '../engine/engine.js';
import type { AdminApi } from '../system/admin-api.js';
import type { Clock } from '../system/clock.js';

/** A run together with the file that it came from; what it refers to lies beside that. */
export interface RecordedRun extends PipelineRun {
  readonly file: string;
  readonly folder: string;
}

/** An artifact that is there, with what is known of it. */
export interface ReadyArtifact {
  readonly name: string;
  readonly kind: ArtifactKind;
  readonly method: string;
  readonly origin: 'taken' | 'given';
  /** The file or folder itself. */
  readonly path: string;
  /** When the taking began and ended; the consistent point lies within. */
  readonly takenFromMs?: number;
  readonly takenToMs?: number;
  readonly createdUtc?: string;
  readonly everyMs?: number;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** What is wrong with it, each in a sentence; empty where it is good. */
  readonly faults: readonly string[];
  readonly entities?: Readonly<Record<string, number>>;
  readonly physical?: PhysicalData;
  readonly runs?: readonly RecordedRun[];
}

export interface ArtifactContext {
  readonly lab: Lab;
  readonly admin: AdminApi;
  readonly tools: ReadonlySet<ToolName>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limitMs: number;
  /** The folder of the drill file: `path:` is relative to it. */
  readonly folder: string;
  /** Where what is taken is kept while the case lasts. */
  readonly workFolder: string;
}

/** What a kind of artifact adds to what all have in common. */
export type Found = Pick<ReadyArtifact, 'method' | 'path' | 'faults'> &
  Partial<Pick<ReadyArtifact, 'createdUtc' | 'entities' | 'physical' | 'runs'>>;
