import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database.js';

const channel = 'invalidations';

/** Tells the other nodes of the cluster what to forget, through the table `cluster_events`. */
export class ClusterEvents {
  readonly #database: Database;
  readonly #nodeId: string;
  /** Events may commit out of order: look back a little, and skip what was seen. */
  readonly #overlapSeconds = 5;
  #seen = new Set<string>();
  #since: Date | undefined;

  constructor(database: Database, nodeId: string) {
    this.#database = database;
    this.#nodeId = nodeId;
  }

  async broadcast(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.#database.query(
      `INSERT INTO cluster_events (id, node_id, at, expire_at, channel, data)
       SELECT id, $2, now(), now() + interval '1 hour', $3, data FROM unnest($1::uuid[], $4::text[]) AS e (id, data)`,
      [keys.map(() => randomUUID()), this.#nodeId, channel, keys],
    );
  }

  /** The keys that other nodes have invalidated since the last poll. */
  async poll(): Promise<string[]> {
    const [clock] = await this.#database.query('SELECT now() AS now');
    const now = clock?.now as Date;
    const since = this.#since ?? now;
    const rows = await this.#database.query(
      `SELECT id, node_id, data FROM cluster_events
       WHERE channel = $1 AND at > $2::timestamptz - make_interval(secs => $3) ORDER BY at`,
      [channel, since, this.#overlapSeconds],
    );
    this.#since = now;
    const known = this.#seen;
    this.#seen = new Set(rows.map(({ id }) => String(id)));
    return rows
      .filter(({ id, node_id }) => node_id !== this.#nodeId && !known.has(String(id)))
      .map(({ data }) => String(data));
  }
}
