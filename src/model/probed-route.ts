/** Routes that are probed all through a recovery, as they are asked. */

/** On any node. */
export interface ProbedRoute {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where it looks for a key, if not in `apikey`. */
  readonly keyHeader?: string;
}

export interface StateRoute extends ProbedRoute {
  /** For people. */
  readonly name: string;
}

/** Of a configuration, by itself: whether they really answer so, only asking tells. */
export interface RouteCandidates {
  /** They ask for no login that is known here. */
  readonly open: readonly StateRoute[];
  /** They ask for a key in a header, and for no other login or group. */
  readonly keyed: readonly StateRoute[];
  /** Of the state, without those that expire. */
  readonly keys: readonly string[];
}
