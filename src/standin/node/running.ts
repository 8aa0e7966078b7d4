import type { Log } from '../log.js';
import type { Settings } from '../settings.js';
import type { Cache } from './cache.js';
import type { Generation } from './generation.js';

/** What the listeners see of a running node. */
export interface Running {
  readonly settings: Settings;
  readonly log: Log;
  readonly cache: Cache;
  readonly id: string;
  /** The workers of now; a reload changes them. */
  readonly generation: Generation;
  readonly requests: number;
}
