/** How much a made-up configuration holds: what the drill leaves out is filled in, in proportion to its services. */
import type { Generate } from './drill-recovery.js';

export type Amounts = Readonly<Record<Exclude<keyof Generate, 'seed'>, number>>;

/** Kinds of plugins that a made-up entity can have, each once: logins and groups are a matter of the service. */
export const pluginKinds = { service: 8, route: 6 } as const;
const defaultServices = 10;

export function amountsOf(generate: Generate): Amounts {
  const { services = defaultServices } = generate;
  return {
    services,
    routes: generate.routes ?? 2 * services,
    consumers: generate.consumers ?? services,
    plugins: generate.plugins ?? services,
    upstreams: generate.upstreams ?? Math.ceil(services / 4),
    certificates: generate.certificates ?? Math.ceil(services / 10),
  };
}

/** The most plugins that so many services and routes can have without two of the same name on one. */
export function mostPlugins({ services, routes }: Amounts): number {
  return pluginKinds.service * services + pluginKinds.route * routes;
}
