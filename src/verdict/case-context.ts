/** What every judge of a case may look at besides the case itself. */
import type { Drill } from '../model/drill.js';
import type { RunFacts } from './facts.js';
import type { Objectives } from './objectives.js';

export interface CaseContext {
  readonly run: RunFacts;
  readonly drill: Drill;
  readonly objectives: Objectives;
}
