/** Undoing: what has been begun is undone newest first, all of it, within a budget, even where an undo fails. */
export class Disposal {
  private readonly undos: { readonly what: string; readonly undo: () => Promise<void> }[] = [];
  private running: Promise<void> | undefined;

  /** Registers an undo; call it *before* the act, so that an act that fails halfway is undone too. */
  defer(what: string, undo: () => Promise<void>): void {
    this.undos.push({ what, undo });
  }

  /**
   * Runs every undo, each within what is left of the budget (at least `leastMs`); again and again is harmless.
   * @throws the first error, with all of them in `errors` where there are several.
   */
  dispose(budgetMs: number): Promise<void> {
    this.running ??= this.runAll(process.hrtime.bigint() + BigInt(Math.round(budgetMs * 1e6)));
    return this.running;
  }

  private async runAll(deadlineNs: bigint): Promise<void> {
    const errors: unknown[] = [];
    for (let next = this.undos.pop(); next; next = this.undos.pop()) {
      const leftMs = Math.max(leastMs, Number((deadlineNs - process.hrtime.bigint()) / 1_000_000n));
      await within(leftMs, next.what, next.undo).catch((error: unknown) => errors.push(error));
    }
    const [first] = errors;
    if (errors.length > 1) throw new AggregateError(errors, messageOf(first), { cause: first });
    if (errors.length === 1) throw first;
  }
}

const leastMs = 500;

async function within(limitMs: number, what: string, undo: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not done within ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([undo(), limit]);
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
