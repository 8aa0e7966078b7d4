/** Programs and whatever they have started, as one thing that is killed, frozen and thawed. */
import type { Clock } from '../system/clock.js';
import { waitFor } from '../system/clock.js';
import { DrillError } from '../model/drill-error.js';
import { descendantsOf, isIn, processTable, sendSignal } from '../system/process-table.js';
import type { ProcessEntry, ProcessIdentity } from '../system/process-table.js';

const signalLimitMs = 5_000;

interface Goal {
  readonly what: string;
  readonly limitMs: number;
  /** Sent to each process that is not there yet, again and again: more may have been started meanwhile. */
  readonly send?: NodeJS.Signals;
  readonly isReached?: (entry: ProcessEntry) => boolean;
  readonly signal?: AbortSignal;
}

export class ProcessTree {
  /** Every process that was ever seen to belong to it, so that those are known that outlive their parents. */
  private known: readonly ProcessIdentity[];

  constructor(roots: readonly ProcessIdentity[]) {
    this.known = roots;
  }

  /** How many processes are known to have belonged to it. */
  get size(): number {
    return this.known.length;
  }

  /** Those of its processes that run now; parents before their children, as a rule. */
  async members(): Promise<readonly ProcessEntry[]> {
    const table = await processTable();
    const alive = table.filter((entry) => isIn(this.known, entry));
    const groups = new Set(alive.map((entry) => entry.group));
    const leaders = new Set(this.known.map((entry) => entry.pid));
    const related = [
      ...descendantsOf(
        alive.map((entry) => entry.pid),
        table,
      ),
      // A group whose leader was one of ours, and in which one of ours still lives, is ours.
      ...table.filter((entry) => leaders.has(entry.group) && groups.has(entry.group)),
    ].filter((entry) => !isIn(alive, entry) && entry.pid !== process.pid);
    this.known = [...this.known, ...related.filter((entry, index) => related.indexOf(entry) === index)];
    return table.filter((entry) => isIn(this.known, entry));
  }

  /** Like a crash: all of it at once. @throws DrillError where a process is still there afterwards. */
  async kill(clock: Clock): Promise<void> {
    // A master whose worker dies starts another one, unless it stands still: one that is in the midst of it ends that first. What
    // cannot be stopped is killed all the same.
    await this.freeze(clock).catch(() => undefined);
    await this.reach({ what: 'gone', limitMs: signalLimitMs, send: 'SIGKILL' }, clock);
  }

  /** Stops all of it. @throws DrillError where a process still runs afterwards. */
  async freeze(clock: Clock): Promise<void> {
    const goal = { what: 'frozen', limitMs: signalLimitMs, send: 'SIGSTOP', isReached: isStopped } as const;
    await this.reach(goal, clock);
    // What one of them started while the table was read, just before it stopped, is only in the next one.
    await this.reach(goal, clock);
  }

  async thaw(): Promise<void> {
    for (const entry of [...(await this.members())].reverse()) sendSignal(entry.pid, 'SIGCONT');
  }

  /** Waits until nothing of it runs. @throws DrillError where that is not so within the limit. */
  async gone(clock: Clock, limitMs: number, signal?: AbortSignal): Promise<void> {
    await this.reach({ what: 'gone', limitMs, ...(signal ? { signal } : {}) }, clock);
  }

  private async reach({ what, send, isReached, ...limits }: Goal, clock: Clock): Promise<void> {
    const look = async () => {
      const left = (await this.members()).filter((entry) => !isReached?.(entry));
      if (send) for (const entry of left) sendSignal(entry.pid, send);
      return left.length === 0
        ? ({ done: true, value: undefined } as const)
        : ({ done: false, seen: left.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ') } as const);
    };
    const end = await waitFor(look, { clock, everyMs: 10, ...limits });
    if (end.done) return;
    throw new DrillError(
      'component',
      `expected to be ${what} within ${limits.limitMs / 1_000} s, but not so: ${end.seen}`,
      'look at these processes with ps',
    );
  }
}

/** Stopped by a signal, or by whoever traces it. */
export function isStopped({ state }: ProcessEntry): boolean {
  return /^[Tt]/.test(state);
}
