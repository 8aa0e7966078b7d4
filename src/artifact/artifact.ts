/** What a recovery starts from: taken by the drill before the disaster, or the user's own; checked either way. */
import type { JsonObject } from '../model/entity.js';
import type { ArtifactKind } from '../model/drill-recovery.js';
import type { PipelineRun } from '../model/pipeline.js';
import type { Lab, PhysicalData, ToolName } from '../engine/engine.js';
import type { AdminApi } from '../system/admin-api.js';
import type { Clock } from '../system/clock.js';

/** A run together with the file that it came from; what it refers to lies beside that. */
export interface RecordedRun extends PipelineRun {
  readonly file: string;
  readonly folder: string;
  /** The commit whose files it works on, where `folder` is a clone. */
  readonly revision?: string;
}

/** Between the time that a server writes into its log and the clock of the run; true to within `withinMs`. */
export interface ServerClock {
  /** What the server called its time when the run's clock stood at 0, in milliseconds since 1970. */
  readonly originMs: number;
  readonly withinMs: number;
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
  /** How the user's own was had, in a few words; absent for a path, which is `path`. */
  readonly source?: string;
  /** How long fetching it took; a recovery fetches it again. */
  readonly fetchedInMs?: number;
  /** The commands that fetched it. */
  readonly commands?: readonly (readonly string[])[];
  /** Fetches and checks it once more; absent where it lies beside the drill, or is the drill's own. */
  readonly again?: (signal: AbortSignal) => Promise<ReadyArtifact>;
  readonly everyMs?: number;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** What is wrong with it, each in a sentence; empty where it is good. */
  readonly faults: readonly string[];
  readonly entities?: Readonly<Record<string, number>>;
  readonly physical?: PhysicalData;
  /** Of the server that a base backup is of. */
  readonly serverClock?: ServerClock;
  /** How far its WAL was replayed, once a recovery has done it. */
  readonly replayedToMs?: number;
  readonly runs?: readonly RecordedRun[];
  /** The folder of the runs that the drill goes on making of this pipeline until the failure. */
  readonly madeRuns?: string;
}

export interface ArtifactContext {
  readonly lab: Lab;
  /** The Kong whose backup it is; absent where it is gone, and nothing can be compared with it. */
  readonly admin?: AdminApi | undefined;
  /** Whether an entity is the runner's own: an artifact that was made before the run does not hold those. */
  readonly isOurs: (entity: JsonObject) => boolean;
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
  Partial<Pick<ReadyArtifact, 'createdUtc' | 'entities' | 'physical' | 'serverClock' | 'runs'>>;
