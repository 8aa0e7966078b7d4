import type { Database } from '../../database/database.js';
import type { Store } from '../../entities/store.js';
import type { JsonObject } from '../../json.js';
import type { Cache } from '../../node/cache.js';
import type { Answer, Exchange } from '../exchange.js';
import type { PlannedPlugin } from '../plugin-plan.js';

export interface Tools {
  readonly cache: Cache;
  readonly store: Store;
  readonly database: Database;
  readonly counters: Map<string, number>;
}

/** Runs before the upstream is asked; an answer ends the request. Throws where Kong answers 500. */
export type Plugin = (
  config: JsonObject,
  exchange: Exchange,
  tools: Tools,
  planned: PlannedPlugin,
) => Promise<Answer | undefined> | Answer | undefined;
