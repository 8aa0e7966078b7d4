import type { JsonObject } from '../json.js';
import { idOf, isObject, text, texts } from '../json.js';
import { recorded } from '../schema/model.js';

export interface Scope {
  readonly route?: string | undefined;
  readonly service?: string | undefined;
  readonly consumer?: string | undefined;
}

export interface PlannedPlugin {
  readonly id: string;
  readonly name: string;
  readonly config: JsonObject;
  readonly scope: Scope;
}

/** Which plugin of each name applies to a request: the one with the narrowest scope. */
export class PluginPlan {
  readonly #byName = new Map<string, Map<string, PlannedPlugin>>();
  /** In the order in which Kong runs them. */
  readonly names: readonly string[];

  constructor(plugins: JsonObject[]) {
    for (const plugin of plugins.filter(applies)) {
      const scope = {
        route: idOf(plugin.route),
        service: idOf(plugin.service),
        consumer: idOf(plugin.consumer),
      };
      const name = text(plugin.name);
      const scopes = this.#byName.get(name) ?? new Map<string, PlannedPlugin>();
      const config = isObject(plugin.config) ? plugin.config : {};
      scopes.set(scopeKey(scope), { id: text(plugin.id), name, config, scope });
      this.#byName.set(name, scopes);
    }
    this.names = [...this.#byName.keys()].sort((a, b) => priority(b) - priority(a));
  }

  find(name: string, { route, service, consumer }: Scope): PlannedPlugin | undefined {
    const scopes = this.#byName.get(name);
    if (!scopes) return undefined;
    const candidates: Scope[] = [
      { route, service, consumer },
      { route, consumer },
      { service, consumer },
      { route, service },
      { consumer },
      { route },
      { service },
      {},
    ];
    // A narrower scope only counts where the request has all of it.
    const key = candidates
      .filter((scope) => Object.values(scope).every((id) => id !== undefined))
      .map(scopeKey)
      .find((candidate) => scopes.has(candidate));
    return key === undefined ? undefined : scopes.get(key);
  }
}

const scopeKey = ({ route = '', service = '', consumer = '' }: Scope): string =>
  `${route}:${service}:${consumer}`;

const priority = (name: string): number => recorded.plugins[name]?.priority ?? 0;

const applies = (plugin: JsonObject): boolean =>
  plugin.enabled === true &&
  texts(plugin.protocols).some((protocol) => ['http', 'https', 'grpc', 'grpcs'].includes(protocol));
