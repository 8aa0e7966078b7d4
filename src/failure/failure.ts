/** What a failure is: something that is done to a lab, and the independent evidence that it really happened. */
import type { Failure, FailureKind } from '../model/drill-failure.js';
import type { Evidence } from '../model/journal.js';
import type { KongNode, Lab, PostgresServer } from '../engine/engine.js';
import type { AdminApi } from '../system/admin-api.js';
import type { Clock } from '../system/clock.js';

export interface FailureContext {
  readonly lab: Lab;
  /** The Admin API of the first node. */
  readonly admin: AdminApi;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The folder of the drill file. */
  readonly folder: string;
  /** The tag of everything in Kong that is the runner's own, and goes on changing meanwhile. */
  readonly mark: string;
}

/** @typeParam Trace what `inject` knows and `confirm` has to: which rows, which entities. */
export interface Injector<K extends FailureKind, Trace = unknown> {
  /** What is hit, in words: `postgres`, `kong-1, kong-2`, `the database kong`. */
  target(failure: OfKind<K>, context: FailureContext): string;
  inject(failure: OfKind<K>, context: FailureContext): Promise<Trace>;
  /** Asks somebody else than the component whether it is gone; at least one piece of evidence. */
  confirm(failure: OfKind<K>, context: FailureContext, trace: Trace): Promise<readonly Evidence[]>;
}

export type OfKind<K extends FailureKind> = Extract<Failure, { kind: K }>;

/** The components that a failure names: Postgres, or some or all Kong nodes. */
export function componentsOf(
  failure: OfKind<'kill' | 'lose' | 'stop' | 'freeze'>,
  { lab }: FailureContext,
): readonly (PostgresServer | KongNode)[] {
  if (failure.target === 'postgres') return [lab.postgres];
  const { nodes = 'all' } = failure;
  return nodes === 'all' ? lab.kong : lab.kong.filter((_, index) => nodes.includes(index + 1));
}
