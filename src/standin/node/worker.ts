import { kindNamed } from '../entities/kinds.js';
import type { Store } from '../entities/store.js';
import type { JsonObject } from '../json.js';
import { text } from '../json.js';
import { Balancer } from '../proxy/balancer.js';
import { PluginPlan } from '../proxy/plugin-plan.js';
import { Router } from '../proxy/router.js';
import type { Cache } from './cache.js';
import { balancerVersion, pluginsVersion, routerVersion } from './invalidation.js';

/** One of the node's workers: it keeps a router, a plan of plugins and a balancer, each rebuilt when its version changes. */
export class Worker {
  readonly #store: Store;
  readonly #cache: Cache;
  readonly #built = new Map<string, string>();
  router = new Router([], new Map());
  plugins = new PluginPlan([]);
  balancer = new Balancer([], []);

  constructor(store: Store, cache: Cache) {
    this.#store = store;
    this.#cache = cache;
  }

  /** Rebuilds what is out of date. Throws when the database cannot be read; the old state stays. */
  async refresh(): Promise<void> {
    await this.#unlessBuilt(routerVersion, async () => {
      const [routes, services] = [await this.#all('routes'), await this.#all('services')];
      this.router = new Router(routes, new Map(services.map((service) => [text(service.id), service])));
    });
    await this.#unlessBuilt(pluginsVersion, async () => {
      this.plugins = new PluginPlan(await this.#all('plugins'));
    });
    await this.refreshBalancer();
  }

  /** Kong's balancer does not wait for the timer. */
  refreshBalancer(): Promise<void> {
    return this.#unlessBuilt(balancerVersion, async () => {
      this.balancer = new Balancer(await this.#all('upstreams'), await this.#all('targets'));
    });
  }

  async #unlessBuilt(name: string, build: () => Promise<void>): Promise<void> {
    const version = this.#cache.version(name);
    if (this.#built.get(name) === version) return;
    await build();
    this.#built.set(name, version);
  }

  #all = (kind: string): Promise<JsonObject[]> => this.#store.all(kindNamed(kind));
}
