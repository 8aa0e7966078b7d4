/** What a person says of a run after it: signed, dated, and touching nothing that was measured. */
export const signOffVersion = 1;
export const decisionWords = ['approved', 'rejected', 'noted'] as const;
export type Decision = (typeof decisionWords)[number];

export interface SignOff {
  readonly schemaVersion: typeof signOffVersion;
  readonly runId: string;
  readonly drill: string;
  /** Of the run as it was sealed: the note is about exactly that. */
  readonly manifestSha256: string;
  readonly by: string;
  readonly utc: string;
  readonly decision: Decision;
  readonly note: string;
  /** PEM. It shows who can have signed only where it is known from elsewhere. */
  readonly publicKey: string;
}
