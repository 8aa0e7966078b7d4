/** A report before it has a form: sections of blocks, which Markdown and HTML each draw in their own way. */
import type { Verdict } from '../model/verdict.js';

export interface Cell {
  readonly text: string;
  readonly verdict?: Verdict;
}

export interface Bar {
  readonly label: string;
  readonly lowerMs: number;
  /** null: not seen to end. */
  readonly upperMs: number | null;
  readonly verdict?: Verdict;
}

export interface Span {
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly tone: 'phase' | 'step' | 'outage' | 'bad';
}

export interface Lane {
  readonly label: string;
  readonly spans: readonly Span[];
}

/** One run of a path. */
export interface TrendPoint extends Bar {
  readonly rehearsal: boolean;
}

export type Block =
  | { readonly kind: 'paragraph'; readonly text: string; readonly strong?: boolean }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly head: readonly string[];
      readonly rows: readonly (readonly Cell[])[];
    }
  /** A row without a value is one that only a person could have filled in, and nobody did. */
  | {
      readonly kind: 'facts';
      readonly rows: readonly (readonly [label: string, value: string | undefined])[];
    }
  | { readonly kind: 'fold'; readonly title: string; readonly lines: readonly string[] }
  | {
      readonly kind: 'intervals';
      readonly title: string;
      readonly targetMs?: number;
      readonly bars: readonly Bar[];
    }
  | {
      readonly kind: 'trend';
      readonly title: string;
      readonly targetMs?: number;
      readonly points: readonly TrendPoint[];
    }
  | {
      readonly kind: 'timeline';
      readonly title: string;
      readonly fromMs: number;
      readonly toMs: number;
      readonly lanes: readonly Lane[];
      readonly marks: readonly { readonly label: string; readonly atMs: number }[];
    };

export interface Section {
  /** For links within the document. */
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface ReportDocument {
  readonly title: string;
  /** What is seen first. */
  readonly badge: { readonly text: string; readonly verdict: Verdict };
  readonly sentence: string;
  /** What it is of, in a few words each. */
  readonly facts: readonly string[];
  /** Of a rehearsal: what to do to have the real thing. */
  readonly realThing?: string;
  /** What a record that was cut off does not hold; empty where it is whole. */
  readonly missing: readonly string[];
  readonly sections: readonly Section[];
  /** By what it was made, and of what. */
  readonly footer: string;
}

/** What a field shows that only a person knows, and that nobody gave. */
export const notProvided = 'NOT PROVIDED';
