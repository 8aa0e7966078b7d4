/** A drill with every default filled in and every step spelled out: what `plan` shows and `run` does. */
import type { ChangeWay } from './change-way.js';
import type { Artifact, Stage, State } from './drill-recovery.js';
import type { Clock, Drill } from './drill.js';
import type { Failure } from './drill-failure.js';
import type { ReplayTarget } from './replay-target.js';

export interface Topology {
  readonly kong: {
    readonly edition: 'oss' | 'enterprise';
    readonly version: string;
    readonly nodes: number;
    readonly workers: number;
    readonly settings: Readonly<Record<string, string | number | boolean>>;
    readonly image?: string;
    readonly files: Readonly<Record<string, string>>;
    readonly plugins: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
    readonly adminTokenEnvironment?: string;
  };
  readonly postgres: { readonly version: string; readonly image?: string };
  /** By name; `default` is always among them. */
  readonly workspaces: readonly string[];
}

/** The workspace that every Kong has, and the only one of open source Kong. */
export const defaultWorkspace = 'default';

/** Those that have to be made. */
export function furtherWorkspaces({ workspaces }: Pick<Topology, 'workspaces'>): readonly string[] {
  return workspaces.filter((name) => name !== defaultWorkspace);
}

/** One step of a stage, named as the journal will name it. */
export interface PlannedStep {
  readonly step: string;
  /** What it does, for people: `create an empty Postgres under the old name`. */
  readonly title: string;
  /** Commands as they will run; what is known only at run time stands in angle brackets. */
  readonly commands: readonly (readonly string[])[];
  /** The least time it takes on 2 cores, as measured; 0 where nothing is known. */
  readonly leastMs: number;
}

/** A step of a recovery: its action is what the runner does, so that what `plan` shows is what `run` executes. */
export interface RecoveryStep extends PlannedStep {
  readonly step: RecoveryStepName;
  readonly action: RecoveryAction;
}

/** In the order in which a stage has them. */
export const recoveryStepWords = [
  'fetch',
  'infrastructure',
  'restore',
  'migrate',
  'kong',
  'workspaces',
  'sync',
  'replay',
] as const;
export type RecoveryStepName = (typeof recoveryStepWords)[number];

export type RecoveryAction =
  /** The user's own artifact is downloaded, cloned or decrypted, as a real recovery has to. */
  | { readonly kind: 'fetch'; readonly artifact: string }
  /** A new server under the old name, with an empty database in it. */
  | { readonly kind: 'provision-postgres'; readonly address: 'same' | 'new'; readonly version: string }
  /** The server that survived is started again on its data; a frozen one is killed first. */
  | { readonly kind: 'restart-postgres' }
  /** The network between Kong and Postgres, whole again; Postgres on its old address. */
  | { readonly kind: 'mend-network' }
  | { readonly kind: 'make-room' }
  /** The surviving server runs, or is started; its database for Kong is dropped if it is there, and made anew, empty. */
  | { readonly kind: 'recreate-database' }
  /** Whatever is left of the server goes, and a new one starts on the data folder of the backup. */
  | {
      readonly kind: 'restore-data-folder';
      readonly artifact: string;
      readonly address: 'same' | 'new';
      readonly version: string;
      /** How far the archived WAL is replayed; absent: the backup alone. */
      readonly replayTo?: ReplayTarget;
    }
  | {
      readonly kind: 'pg-restore';
      readonly artifact: string;
      readonly clean: boolean;
      readonly jobs: number;
    }
  | { readonly kind: 'migrate'; readonly how: 'bootstrap' | 'up-and-finish'; readonly kongVersion: string }
  /** What happens to each node, in their order: `kong-1` first. */
  | {
      readonly kind: 'kong';
      readonly nodes: readonly NodeAction[];
      readonly kongVersion: string;
    }
  /** Those that are not there yet are made: decK fails at the first sync into one that is not. */
  | { readonly kind: 'create-workspaces'; readonly workspaces: readonly string[] }
  | {
      readonly kind: 'deck-sync';
      readonly artifact: string;
      readonly selectTags: readonly string[];
      readonly retries: number;
    }
  | {
      readonly kind: 'replay';
      readonly artifact: string;
      readonly since: ReplaySince;
      readonly times: number;
      readonly newestOnly: boolean;
    }
  | { readonly kind: 'command'; readonly command: readonly string[] };

/** Which runs are replayed: all, those after a commit, or those that ended after the artifacts of earlier stages were made. */
export type ReplaySince =
  | { readonly kind: 'start' }
  | { readonly kind: 'revision'; readonly revision: string }
  | { readonly kind: 'artifact'; readonly artifacts: readonly string[] };

/** `start`: it does not run, its folder is there. `provision`: what is left of it goes, and a new one is made. */
export type NodeAction = 'keep' | 'start' | 'restart' | 'reload' | 'clear-cache' | 'provision';

/** What stands in the commands of a plan for what is known only at run time; an artifact is `<its name>`. */
export const placeholders = {
  host: '<host>',
  port: '<port>',
  user: '<user>',
  database: '<database>',
  adminUrl: '<admin-url>',
  artifact: (name: string): string => `<${name}>`,
} as const;

export interface PlannedStage {
  readonly stage: Stage;
  readonly steps: readonly RecoveryStep[];
}

/** Postgres archives its WAL from the start, for a recovery that replays it. */
export interface WalArchiving {
  /** `archive_timeout`; ≥ 1. */
  readonly timeoutSeconds: number;
}

export interface PlannedCase {
  /** `<recovery>#<repetition>`, repetitions counted from 1. */
  readonly id: string;
  readonly recovery: string;
  readonly repetition: number;
  readonly stages: readonly PlannedStage[];
  readonly walArchive?: WalArchiving;
  /** There where the probes ask routes of the state, and not the instruments' own, which the path cannot bring back. */
  readonly probed?: 'state';
}

export interface Plan {
  readonly drill: Drill;
  /** The folder of the drill file; paths in it are relative to this. */
  readonly folder: string;
  readonly topology: Topology;
  readonly state: State;
  readonly artifacts: ReadonlyMap<string, Artifact>;
  readonly changes?: {
    readonly ways: readonly ChangeWay[];
    /** The artifact whose pipeline makes changes; there where `pipeline` is one of the ways. */
    readonly pipeline?: string;
    readonly perSecond: number;
    readonly forMs: number;
  };
  readonly failures: readonly Failure[];
  readonly impact: { readonly traffic: Impact; readonly uncached: Impact; readonly config: Impact };
  readonly objectives: {
    readonly rtoMs: Readonly<Partial<Record<Clock, number>>>;
    readonly rpoMs?: number;
    readonly parity: 'identical' | 'equivalent';
    readonly behaviour: 'required' | 'ignored';
  };
  readonly require: 'all' | 'any';
  readonly repeat: number;
  readonly limits: { readonly stepMs: number; readonly observeMs: number };
  readonly probes: { readonly spacingMs: number; readonly timeoutMs: number; readonly windowMs: number };
  readonly cases: readonly PlannedCase[];
  /** Steps before the disaster and after the recovery, for `plan`. */
  readonly before: readonly PlannedStep[];
  readonly after: readonly PlannedStep[];
  /** Commands of the user's own that it can run. */
  readonly ownCommands: readonly OwnCommand[];
  /** The least time that the whole drill takes. */
  readonly leastMs: number;
}

export interface OwnCommand {
  /** Where the drill names it: `artifacts.nightly.decrypt`. */
  readonly where: string;
  readonly command: readonly string[];
}

/** `undeclared` where the drill says nothing about it: then nothing is expected and nothing is a finding. */
export type Impact = 'none' | 'outage' | 'undeclared';
