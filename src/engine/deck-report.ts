/** What decK says of a sync or a diff, in its text output. Pure. */

export interface DeckCounts {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
}

export interface DeckReport {
  /** What it says it did; `undefined` where it does not say. */
  readonly summary: DeckCounts | undefined;
  /** Changes that it set out to make: `creating service a` is printed before the request. */
  readonly begun: DeckCounts;
  /** Changes that it gave up because an earlier one had failed. */
  readonly dropped: number;
}

/** One change, as decK announces it: `creating route open`, `updating plugin key-auth for service shop`. */
export interface DeckChange {
  readonly op: keyof DeckCounts;
  /** decK's own word: `route`, `jwt-auth`, `acl-group`, … */
  readonly word: string;
  /** What it calls the entity. Of credentials it may be, or hold, a secret. */
  readonly entity: string;
  /** What the entity belongs to; empty where it belongs to nothing. */
  readonly owner: string;
}

const operations = { creating: 'created', updating: 'updated', deleting: 'deleted' } as const;
const announced = /^(creating|updating|deleting) (\S+) (.*?)(?: for (.*?))?(?: +\{)?$/gm;

/** Every change that decK announces; of output that was cut at the front the first ones are missing. */
export function deckChanges(output: string): readonly DeckChange[] {
  return [...output.matchAll(announced)].map(([, op, word = '', entity = '', owner = '']) => ({
    op: operations[op as keyof typeof operations],
    word,
    entity,
    owner,
  }));
}

/** Of output that was cut at the front the counts of what was begun are too low, never too high. */
export function deckReport(output: string): DeckReport {
  return {
    summary: summaryIn(output),
    begun: {
      created: linesLike(output, /^creating /gm),
      updated: linesLike(output, /^updating /gm),
      deleted: linesLike(output, /^deleting /gm),
    },
    dropped: linesLike(output, /^Dropped /gm),
  };
}

function summaryIn(output: string): DeckCounts | undefined {
  const count = (word: string) => new RegExp(`^\\s*${word}:\\s*([0-9]+)\\s*$`, 'm').exec(output)?.[1];
  const [created, updated, deleted] = [count('Created'), count('Updated'), count('Deleted')];
  if (created === undefined || updated === undefined || deleted === undefined) return undefined;
  return { created: Number(created), updated: Number(updated), deleted: Number(deleted) };
}

function linesLike(output: string, pattern: RegExp): number {
  return output.match(pattern)?.length ?? 0;
}
