/** What the proxies answered: by request and node, all the different answers that were seen. */
export interface BehaviourRecord {
  readonly secretKeyId: string;
  readonly answers: readonly RecordedAnswers[];
}

export interface RecordedAnswers {
  readonly class: string;
  readonly request: string;
  /** The request that has to work for this one to tell anything of its own. */
  readonly presumes?: { readonly class: string; readonly request: string };
  /** Node → each answer that came, sorted; a worker that differs from the others gives a second one. */
  readonly byNode: Readonly<Record<string, readonly string[]>>;
  /** Why nobody could ask, where nobody could. */
  readonly unproven?: string;
  /** Keyed hash of what Kong stores of the credential and of whose it is: unchanged, it is accepted as before. */
  readonly stored?: string;
}

/** An answer that only says that too many came: it tells nothing about the rest. */
export const limited = 'limited';

/** What an answer begins with where there was none: as a reference it tells nothing. */
export const unanswered = 'no answer';
