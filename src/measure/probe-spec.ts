/** What the probe process is told, and what it tells: plain data, as it crosses between the processes. */
import type { Sample, Stream } from '../model/journal.js';
import type { Credential } from './credentials.js';

/** One stream of probes; the process that sends them decides when it begins. */
export type ProbeStream = AnswerStream | EffectStream;
type StreamPlan = Omit<Stream, 't0Ms'>;

/** Each probe asks its requests at once and is right only if every answer is. */
export interface AnswerStream {
  readonly kind: 'answers';
  readonly stream: StreamPlan;
  /** One for each class that takes turns. */
  readonly rounds: readonly (readonly ProbeRequest[])[];
}

/** Each probe makes a credential through the Admin API and asks with it until it is accepted everywhere. */
export interface EffectStream {
  readonly kind: 'effect';
  readonly stream: StreamPlan;
  readonly create: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    /** Keys begin with this, and the credential has this tag: both carry the run's mark. */
    readonly keyPrefix: string;
    readonly tag: string;
  };
  readonly seenAt: readonly ProbedAddress[];
}

export interface ProbedAddress {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Where a key is looked for, if not in `apikey`. */
  readonly keyHeader?: string;
}

export interface ProbeRequest extends ProbedAddress {
  /** Shown with the request; `fresh-key`: a random key that nobody ever used. */
  readonly show?: Credential | 'fresh-key';
  readonly expect: {
    readonly status: number;
    /** The upstream's own answer to this very request: its nonce comes back. */
    readonly nonce: boolean;
  };
}

export interface ProbeOrders {
  readonly originNs: string;
  readonly streams: readonly ProbeStream[];
}

export interface StallReport {
  readonly fromMs: number;
  readonly toMs: number;
  readonly dropped: number;
}

export type ProbeMessage =
  | { readonly kind: 'started'; readonly streams: readonly Stream[] }
  | {
      readonly kind: 'batch';
      readonly samples: readonly (readonly [stream: string, samples: readonly Sample[]])[];
      readonly stalls: readonly StallReport[];
    }
  | { readonly kind: 'stopped' };
