import { kindNamed } from '../entities/kinds.js';
import type { Store } from '../entities/store.js';
import type { JsonObject } from '../json.js';
import { text } from '../json.js';
import { Balancer } from '../proxy/balancer.js';
import { PluginPlan } from '../proxy/plugin-plan.js';
import { Router } from '../proxy/router.js';
import type { Cache } from './cache.js';
import { balancerVersion, pluginsVersion, routerVersion } from './invalidation.js';

/** What applies to a route: every workspace has plugins, upstreams and consumers of its own. */
export interface Room {
  readonly store: Store;
  readonly plugins: PluginPlan;
  readonly balancer: Balancer;
}

/** One of the node's workers: it keeps a router, a plan of plugins and a balancer, each rebuilt when its version changes. */
export class Worker {
  readonly #stores: () => Promise<readonly Store[]>;
  readonly #cache: Cache;
  readonly #built = new Map<string, string>();
  #homes: ReadonlyMap<string, Store> = new Map();
  #plugins: ReadonlyMap<string, PluginPlan> = new Map();
  #balancers: ReadonlyMap<string, Balancer> = new Map();
  router = new Router([], new Map());

  constructor(stores: () => Promise<readonly Store[]>, cache: Cache) {
    this.#stores = stores;
    this.#cache = cache;
  }

  /** Of a route that `router` has found. */
  roomOf(route: JsonObject): Room {
    const store = this.#homes.get(text(route.id));
    if (!store) throw new Error(`Expected a route of the router, got '${text(route.id)}'`);
    return {
      store,
      plugins: this.#plugins.get(store.workspace) ?? new PluginPlan([]),
      balancer: this.#balancers.get(store.workspace) ?? new Balancer([], []),
    };
  }

  /** Rebuilds what is out of date. Throws when the database cannot be read; the old state stays. */
  async refresh(): Promise<void> {
    await this.#unlessBuilt(routerVersion, async () => {
      const routes: JsonObject[] = [];
      const services = new Map<string, JsonObject>();
      const homes = new Map<string, Store>();
      for (const store of await this.#stores()) {
        for (const route of await store.all(kindNamed('routes'))) {
          routes.push(route);
          homes.set(text(route.id), store);
        }
        for (const service of await store.all(kindNamed('services'))) services.set(text(service.id), service);
      }
      this.router = new Router(routes, services);
      this.#homes = homes;
    });
    await this.#unlessBuilt(pluginsVersion, async () => {
      this.#plugins = await this.#ofEach(
        async (store) => new PluginPlan(await store.all(kindNamed('plugins'))),
      );
    });
    await this.refreshBalancer();
  }

  /** Kong's balancer does not wait for the timer. */
  refreshBalancer(): Promise<void> {
    return this.#unlessBuilt(balancerVersion, async () => {
      this.#balancers = await this.#ofEach(
        async (store) =>
          new Balancer(await store.all(kindNamed('upstreams')), await store.all(kindNamed('targets'))),
      );
    });
  }

  async #unlessBuilt(name: string, build: () => Promise<void>): Promise<void> {
    const version = this.#cache.version(name);
    if (this.#built.get(name) === version) return;
    await build();
    this.#built.set(name, version);
  }

  async #ofEach<T>(build: (store: Store) => Promise<T>): Promise<ReadonlyMap<string, T>> {
    const built = new Map<string, T>();
    for (const store of await this.#stores()) built.set(store.workspace, await build(store));
    return built;
  }
}
