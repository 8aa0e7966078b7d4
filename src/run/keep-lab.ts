/** `run --keep`: the lab of the first case that is not met stays up, for a person to look inside. */
import type { Lab, WayIn } from '../engine/engine.js';
import type { Journal } from '../journal/journal.js';
import { readJournal } from '../journal/read-journal.js';
import type { PlannedCase } from '../model/plan.js';
import { judge } from '../verdict/judge.js';

export interface KeptLab {
  readonly caseId: string;
  readonly waysIn: readonly WayIn[];
}

/** One lab for all drills of a `run`: more of them would take the room of the cases that are still to come. */
export class LabKeeper {
  kept: KeptLab | undefined;
  private isTaken = false;

  /** @returns whether the lab is kept, so that nobody may dispose it; one of a case that is met, or after another was kept, is not. */
  async keepIfNotMet(lab: Lab, planned: PlannedCase, journal: Journal): Promise<boolean> {
    if (this.isTaken || isMet(planned, journal)) return false;
    this.isTaken = true;
    this.kept = { caseId: planned.id, waysIn: await lab.waysIn() };
    journal.record({ kind: 'note', level: 'info', text: noteOf(planned) });
    return true;
  }
}

/** What the terminal says of it. */
export function keptText({ caseId, waysIn }: KeptLab): string {
  const width = Math.max(...waysIn.map(({ what }) => what.length));
  return [
    `The lab of ${caseId} is still up (--keep). To look inside:`,
    ...waysIn.map(({ what, how }) => `  ${what.padEnd(width)}  ${how}`),
    'To remove it: kong-drill clean',
    '',
  ].join('\n');
}

/** In all but the clean-up, which is still to come. */
function isMet({ id }: PlannedCase, { file }: Journal): boolean {
  const judged = judge(readJournal(file)).cases.find((it) => it.case === id);
  return judged?.objectives.every(({ group, verdict }) => group === 'clean-up' || verdict === 'met') ?? false;
}

function noteOf({ id }: PlannedCase): string {
  return `The lab of ${id} was left up, as --keep asks: whatever ran after it shared the machine with it.`;
}
