import { Database } from '../database/database.js';
import { schemaState } from '../database/migrations.js';
import { Names } from '../dns.js';
import { Entities } from '../entities/entities.js';
import { Store } from '../entities/store.js';
import type { Log } from '../log.js';
import { messageOf } from '../log.js';
import type { Settings } from '../settings.js';
import type { Cache } from './cache.js';
import { ClusterEvents } from './cluster-events.js';
import { balancerVersion, forgottenAfter } from './invalidation.js';
import { Worker } from './worker.js';

export interface Shared {
  readonly settings: Settings;
  readonly cache: Cache;
  readonly nodeId: string;
  readonly log: Log;
}

export const needsBootstrap = `Database needs bootstrapping or is older than Kong 1.0.

To start a new installation from scratch, run 'kong migrations bootstrap'.

To migrate from a version older than 1.0, migrated to Kong 1.5.0 first. 
If you still have 'apis' entities, you can convert them to Routes and Services
using the 'kong migrations migrate-apis' command in Kong 1.5.0.

`;

/**
 * The workers between two reloads: the address of Postgres and the id of the default workspace
 * are found once, and each worker has its own router.
 */
export class Generation implements AsyncDisposable {
  readonly names: Names;
  readonly database: Database;
  /** Of the default workspace. */
  readonly entities: Entities;
  readonly workers: readonly Worker[];
  readonly #shared: Shared;
  readonly #cluster: ClusterEvents;
  #timers: NodeJS.Timeout[] = [];

  private constructor(shared: Shared, names: Names, database: Database, workspace: string) {
    this.#shared = shared;
    this.names = names;
    this.database = database;
    this.#cluster = new ClusterEvents(database, shared.nodeId);
    this.entities = this.entitiesIn(workspace);
    const stores = async (): Promise<Store[]> =>
      shared.settings.edition === 'enterprise'
        ? (await allWorkspaces(database)).map((id) => new Store(database, id))
        : [this.entities.store];
    this.workers = Array.from({ length: shared.settings.workers }, () => new Worker(stores, shared.cache));
  }

  entitiesIn(workspace: string): Entities {
    const store = new Store(this.database, workspace);
    return new Entities(store, this.#shared.settings.plugins, async (written) =>
      this.#forget(forgottenAfter(written, workspace)),
    );
  }

  /** Throws where Kong would not start: no database, no schema, or a router that cannot be built. */
  static async start(shared: Shared): Promise<Generation> {
    const names = new Names(shared.settings.dnsResolver);
    const database = await Database.connect(shared.settings.postgres, names);
    try {
      const state = await schemaState(database, shared.settings.version);
      if (state.needs_bootstrap) throw new Error(needsBootstrap);
      if (state.new_migrations) {
        throw new Error("New migrations available; run 'kong migrations up' to proceed");
      }
      const generation = new Generation(shared, names, database, await defaultWorkspace(database));
      await Promise.all(generation.workers.map((worker) => worker.refresh()));
      await generation.#cluster.poll();
      generation.#startTimers();
      return generation;
    } catch (error) {
      await database[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Makes room for the next generation, and lets the requests under way finish. */
  retire(): void {
    this.#stopTimers();
    setTimeout(() => void this.database[Symbol.asyncDispose](), retirementMs).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopTimers();
    await this.database[Symbol.asyncDispose]();
  }

  #stopTimers(): void {
    this.#timers.forEach(clearInterval);
    this.#timers = [];
  }

  #startTimers(): void {
    const { settings } = this.#shared;
    this.#timers = [
      ...this.workers.map((worker) =>
        this.#every(settings.workerStateUpdateFrequencyMs, 'rebuild of the router', () => worker.refresh()),
      ),
      this.#every(settings.dbUpdateFrequencyMs, 'poll of cluster events', async () => {
        await this.#forgetHere(await this.#cluster.poll());
      }),
      this.#every(cleanUpEveryMs, 'clean-up of expired rows', () => this.#cleanUp()),
    ];
  }

  /** A timer that never overlaps with itself; its failures are logged, and it goes on. */
  #every(periodMs: number, what: string, act: () => Promise<void>): NodeJS.Timeout {
    let busy = false;
    return setInterval(() => {
      if (busy) return;
      busy = true;
      act()
        .catch((error: unknown) => this.#shared.log('error', `${what} failed: ${messageOf(error)}`))
        .finally(() => {
          busy = false;
        });
    }, periodMs);
  }

  async #forget(keys: string[]): Promise<void> {
    await this.#forgetHere(keys);
    await this.#cluster
      .broadcast(keys)
      .catch((error: unknown) => this.#shared.log('error', `broadcast failed: ${messageOf(error)}`));
  }

  async #forgetHere(keys: string[]): Promise<void> {
    for (const key of keys) this.#shared.cache.invalidate(key);
    if (keys.includes(balancerVersion))
      await Promise.all(this.workers.map((worker) => worker.refreshBalancer()));
  }

  async #cleanUp(): Promise<void> {
    await this.database.query('DELETE FROM cluster_events WHERE expire_at < now()');
    for (const table of expiringTables) await this.database.query(`DELETE FROM ${table} WHERE ttl < now()`);
  }
}

const cleanUpEveryMs = 300_000;
const retirementMs = 60_000;
const expiringTables = [
  'keyauth_credentials',
  'oauth2_tokens',
  'oauth2_authorization_codes',
  'sessions',
  'acme_storage',
  'ratelimiting_metrics',
];

async function allWorkspaces(database: Database): Promise<string[]> {
  const rows = await database.query('SELECT id FROM workspaces ORDER BY created_at, id');
  return rows.map(({ id }) => String(id));
}

async function defaultWorkspace(database: Database): Promise<string> {
  const [row] = await database.query(
    `WITH made AS (
       INSERT INTO workspaces (id, name, created_at, updated_at)
       SELECT gen_random_uuid(), 'default', now(), now()
       WHERE NOT EXISTS (SELECT 1 FROM workspaces WHERE name = 'default') RETURNING id)
     SELECT id FROM made UNION ALL SELECT id FROM workspaces WHERE name = 'default'`,
  );
  return String(row?.id);
}
