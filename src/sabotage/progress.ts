/** How far a run is, as its journal tells. */
import { markOf } from '../measure/instruments.js';
import type { JournalEvent, Phase } from '../model/journal.js';

export class Progress {
  /** What the runner's own entities are tagged with. */
  mark = '';
  phase: Phase | undefined;
  /** Whether the failure has been issued. */
  failed = false;
  /** The index of the stage that goes on; −1 before the first. */
  stage = -1;

  see(event: JournalEvent): void {
    if (event.kind === 'run-started') this.mark = markOf(event.runId);
    if (event.kind === 'phase-started') this.phase = event.phase;
    if (event.kind === 'failure-issued') this.failed = true;
    if (event.kind === 'stage-started') this.stage = event.index;
  }
}
