/** What a part of the torture found; one row per round, kept as a line of JSON so that a series can be taken up again. */
export interface TortureRow {
  /** Of the round, within its part. */
  readonly name: string;
  /** Hostile inputs that were tried. */
  readonly inputs: number;
  /** Faults that were injected. */
  readonly faults: number;
  /** What was left behind or said aloud; empty where nothing was. */
  readonly leaks: readonly string[];
  /** What came out otherwise than it must. */
  readonly wrong: readonly string[];
  readonly seconds: number;
  /** What was measured on the way, in words. */
  readonly detail: string;
}
