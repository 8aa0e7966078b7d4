/** A check of what no schema sees. */
import type { Drill } from '../../model/drill.js';
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
