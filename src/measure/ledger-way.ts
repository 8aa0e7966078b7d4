/** The ways by which the ledger's changes reach Kong: each has names of its own, so that each is judged apart. */
import type { ChangeWay } from '../model/change-way.js';
import { ownerRequest, rerunnableRequestFor, requestFor } from './ledger-changes.js';
import type { LedgerNames, LedgerRequest, PlannedChange } from './ledger-changes.js';

export interface LedgerWay {
  readonly via: ChangeWay;
  readonly names: LedgerNames;
  readonly requestFor: (planned: PlannedChange) => LedgerRequest;
  /** What has to be there before anything else of this way. */
  readonly first?: LedgerRequest;
  /** Writes down what Kong has accepted; awaited before the change counts as acknowledged. */
  readonly keep?: (request: LedgerRequest) => Promise<void>;
}

/** Requests by hand, which nothing but Kong's database remembers. */
export function byHand(names: LedgerNames): LedgerWay {
  return { via: 'admin-api', names, requestFor: (planned) => requestFor(planned, names) };
}

/**
 * Runs of a pipeline, each kept when it has ended well. They own all that they work on, and can be run again: what a replay
 * performs on an empty Kong, on a backup of any age, or twice, ends the same.
 */
export function byPipeline(
  { mark, workspaces }: Omit<LedgerNames, 'holder'>,
  keep: (request: LedgerRequest) => Promise<void>,
): LedgerWay {
  const own = `${mark}-pipeline`;
  const names = { mark: own, holder: `${own}-holder`, workspaces };
  return {
    via: 'pipeline',
    names,
    requestFor: (planned) => rerunnableRequestFor(planned, names),
    first: ownerRequest(names),
    keep,
  };
}
