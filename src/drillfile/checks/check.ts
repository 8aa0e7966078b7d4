/** A check of what no schema sees. */
import type { Drill } from '../../model/drill.js';
import type { Stage } from '../../model/drill-recovery.js';
import type { Path, Problem } from '../problem.js';

export interface CheckContext {
  readonly drill: Drill;
  /** What stands at a path beside the drill file; `undefined` where nobody may look. */
  readonly look?: (path: string) => PathFound;
}

export interface PathFound {
  readonly exists: boolean;
  /** The names beside it, for a guess at what was meant. */
  readonly neighbours: readonly string[];
}

export interface Check {
  /** The parts that its conclusions rest on: where one of them is mistaken itself, the check waits. */
  readonly reads: readonly Path[];
  readonly find: (context: CheckContext) => readonly Problem[];
}

export function valueProblem(path: Path, message: string, hint?: string): Problem {
  return { path, at: 'value', message, ...(hint === undefined ? {} : { hint }) };
}

export interface PlacedStage {
  readonly stage: Stage;
  readonly at: Path;
  /** Stages before it in the same path. */
  readonly earlier: readonly Stage[];
}

/** Every stage of every recovery path. */
export function placedStages({ recovery }: Drill): readonly PlacedStage[] {
  return Object.entries(recovery).flatMap(([name, stages]) =>
    stages.map((stage, index) => ({
      stage,
      at: ['recovery', name, index],
      earlier: stages.slice(0, index),
    })),
  );
}
