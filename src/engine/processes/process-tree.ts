/** A program and whatever it has started, as one thing that is killed, frozen and thawed. */
import type { Clock } from '../../system/clock.js';
import { waitFor } from '../../system/clock.js';
import { DrillError } from '../../model/drill-error.js';
import { descendantsOf, isIn, processTable, sendSignal } from '../../system/process-table.js';
import type { ProcessEntry, ProcessIdentity } from '../../system/process-table.js';

const goneLimitMs = 5_000;

export class ProcessTree {
  readonly root: ProcessIdentity;
  /** Every process that was ever seen to belong to it, so that those are known that outlive the root. */
  private known: readonly ProcessIdentity[];

  constructor(root: ProcessIdentity) {
    this.root = root;
    this.known = [root];
  }

  /** How many processes are known to have belonged to it. */
  get size(): number {
    return this.known.length;
  }

  /** Those of its processes that run now. */
  async members(): Promise<readonly ProcessEntry[]> {
    const table = await processTable();
    if (isIn(table, this.root)) {
      const found = descendantsOf([this.root.pid], table);
      const inGroup = table.filter((entry) => entry.group === this.root.pid && !isIn(found, entry));
      this.known = [...this.known, ...[...found, ...inGroup].filter((entry) => !known(this.known, entry))];
    }
    return table.filter((entry) => known(this.known, entry));
  }

  /** Like a crash: all of it at once. @throws DrillError where a process is still there afterwards. */
  async kill(clock: Clock): Promise<void> {
    // Stopped first, it can start no others while the table is read.
    const [root] = (await this.members()).filter((entry) => entry.pid === this.root.pid);
    if (root) sendSignal(root.pid, 'SIGSTOP');
    for (const entry of await this.members()) sendSignal(entry.pid, 'SIGKILL');
    await this.gone(clock, goneLimitMs);
  }

  /** Stops all of it. @throws DrillError where a process still runs afterwards. */
  async freeze(clock: Clock): Promise<void> {
    const [root] = (await this.members()).filter((entry) => entry.pid === this.root.pid);
    if (root) sendSignal(root.pid, 'SIGSTOP');
    for (const entry of await this.members()) sendSignal(entry.pid, 'SIGSTOP');
    await this.until((members) => members.filter((entry) => !isStopped(entry)), clock, {
      what: 'frozen',
      limitMs: goneLimitMs,
    });
  }

  async thaw(): Promise<void> {
    for (const entry of [...(await this.members())].reverse()) sendSignal(entry.pid, 'SIGCONT');
  }

  /** Waits until nothing of it runs. @throws DrillError where that is not so within the limit. */
  async gone(clock: Clock, limitMs: number, signal?: AbortSignal): Promise<void> {
    await this.until((members) => members, clock, { what: 'gone', limitMs, ...(signal ? { signal } : {}) });
  }

  private async until(
    left: (members: readonly ProcessEntry[]) => readonly ProcessEntry[],
    clock: Clock,
    options: { readonly what: string; readonly limitMs: number; readonly signal?: AbortSignal },
  ): Promise<void> {
    const { what, ...limits } = options;
    const look = async () => {
      const others = left(await this.members());
      return others.length === 0
        ? ({ done: true, value: undefined } as const)
        : ({ done: false, seen: others.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ') } as const);
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

function known(identities: readonly ProcessIdentity[], { pid, startedAt }: ProcessIdentity): boolean {
  return identities.some((each) => each.pid === pid && each.startedAt === startedAt);
}
