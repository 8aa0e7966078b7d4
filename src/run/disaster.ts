/** What the phases before the recovery hand to those after it. */
import type { Instruments } from '../measure/instruments.js';
import type { Primed } from '../measure/prime.js';
import type { StateRoutes } from '../measure/streams.js';
import type { Backup } from './back-up.js';
import type { LedgerOfWay } from './ledgers.js';

/** All that is known when the recovery begins. */
export interface Disaster {
  readonly backup: Backup;
  readonly instruments: Instruments;
  readonly primed: Primed;
  /** There where routes of the state are probed in place of the instruments' own. */
  readonly state: StateRoutes | undefined;
  readonly ledgers: readonly LedgerOfWay[];
  /** When the first failure was issued. */
  readonly failedAtMs: number;
}
