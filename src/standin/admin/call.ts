import type { IncomingMessage } from 'node:http';
import type { Entities } from '../entities/entities.js';
import type { Settings } from '../settings.js';

/** One request to the Admin API. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly entities: Entities;
  readonly settings: Settings;
}
