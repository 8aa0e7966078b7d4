import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { JsonObject } from '../json.js';
import type { Asked, Match } from './router.js';

/** An answer that Kong gives itself, instead of the upstream. */
export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
  readonly contentType?: string;
}

/** One request on its way through the plugins. */
export interface Exchange {
  readonly requestId: string;
  readonly asked: Asked;
  readonly query: URLSearchParams;
  /** The query as the upstream gets it. */
  search: string;
  readonly match: Match;
  readonly clientIp: string;
  readonly request: IncomingMessage;
  /** Lower-case headers for the upstream; null takes one away. */
  readonly upstreamHeaders: Map<string, string | null>;
  /** Headers added to whatever is answered. */
  readonly answerHeaders: Record<string, string>;
  /** Changes to the upstream's answer, in order. */
  readonly transforms: Transform[];
  consumer?: JsonObject | undefined;
  credential?: JsonObject | undefined;
}

export interface Transform {
  readonly headers: (headers: Map<string, string[]>) => void;
  readonly body?: ((json: JsonObject) => JsonObject) | undefined;
}

export const newRequestId = (): string => randomBytes(16).toString('hex');

/** Kong's error body; its template spaces the JSON like this. */
export const errorAnswer = (
  status: number,
  message: string,
  requestId: string,
  headers: Record<string, string> = {},
): Answer => ({
  status,
  headers,
  body: `{\n  "message":${JSON.stringify(message)},\n  "request_id":"${requestId}"\n}`,
});
