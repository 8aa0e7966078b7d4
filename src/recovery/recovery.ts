/** What a recovery action is: one thing that is done to bring Kong back, and how it ended. */
import type { RecoveryAction } from '../model/plan.js';
import type { ReadyArtifact } from '../artifact/artifact.js';
import type { Lab } from '../engine/engine.js';
import { DrillError } from '../model/drill-error.js';
import type { AdminApi } from '../system/admin-api.js';
import type { Clock } from '../system/clock.js';
import type { CommandResult } from '../system/command.js';
import { failureInOneLine } from '../system/command-words.js';

export interface RecoveryContext {
  readonly lab: Lab;
  /** As they are now: fetching one puts it in place of what was there. */
  readonly artifacts: Map<string, ReadyArtifact>;
  /** The Admin API of the first node. */
  readonly admin: AdminApi;
  /** The folder of the drill, where commands of the user's own run. */
  readonly folder: string;
  readonly clock: Clock;
  /** When the first failure was issued; absent where a lab is only set up. */
  readonly failedAtMs?: number;
  /** Aborts at the limit of the step, or when the run is interrupted. */
  readonly signal: AbortSignal;
  readonly limitMs: number;
}

/** How an action ended. A recovery that does not work is data: the objective is missed, the runner is fine. */
export interface Outcome {
  readonly ok: boolean;
  readonly exitCode?: number;
  readonly command?: readonly string[];
  /** Why it failed, or what is worth knowing. */
  readonly detail?: string;
  readonly output?: string;
  /** How often it was tried, where more than once. */
  readonly attempts?: number;
  /** Where archived WAL was replayed: the newest moment that the database then held. */
  readonly replayedTo?: { readonly artifact: string; readonly ms: number };
}

export type ActionKind = RecoveryAction['kind'];
export type ActionOf<K extends ActionKind> = Extract<RecoveryAction, { kind: K }>;
export type Act<K extends ActionKind> = (action: ActionOf<K>, context: RecoveryContext) => Promise<Outcome>;

export const done: Outcome = { ok: true };

/** The outcome of a command, with all that it said. */
export function outcomeOf(result: CommandResult): Outcome {
  return {
    ok: result.ok,
    command: result.command,
    output: [result.stdout, result.stderr].filter((text) => text !== '').join('\n'),
    ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
    ...(result.ok ? {} : { detail: failureInOneLine(result) }),
  };
}

/** @throws DrillError `internal`: the plan names only artifacts that were made ready. */
export function artifactOf(name: string, { artifacts }: RecoveryContext): ReadyArtifact {
  const artifact = artifacts.get(name);
  if (!artifact)
    throw new DrillError('internal', `no artifact ${name} was made ready`, 'report this as a defect');
  return artifact;
}
