/** Kong's configuration in a lab: the drill's settings, and what belongs to the lab, which wins. Pure. */
import type { Topology } from '../../model/plan.js';
import type { Environment } from '../../system/environment.js';
import { enterpriseVariables } from '../enterprise.js';
import type { PostgresAccess } from './container-spec.js';
import { kongPorts, postgresPort } from './context.js';

export interface KongSurroundings {
  readonly access: PostgresAccess;
  readonly resolver: string;
  /** The runner's own, for the licence and the token of Enterprise. */
  readonly environment: Environment;
  /** Whether the image is the stand-in's. */
  readonly standIn: boolean;
}

export const postgresName = 'postgres';

/** Variables of a Kong node; also of `kong migrations`. */
export function kongEnvironment(kong: Topology['kong'], around: KongSurroundings): Record<string, string> {
  const settings = Object.entries(kong.settings).map(([name, value]) => [variableOf(name), wordOf(value)]);
  return {
    ...(Object.fromEntries(settings) as Record<string, string>),
    ...(kong.plugins.length > 0 ? { KONG_PLUGINS: ['bundled', ...kong.plugins].join(',') } : {}),
    ...kong.environment,
    ...enterpriseVariables(kong, around.environment, around.standIn),
    ...labVariables(kong, around),
  };
}

function labVariables(
  kong: Topology['kong'],
  { access, resolver }: KongSurroundings,
): Record<string, string> {
  const on = (port: number): string => `0.0.0.0:${port}`;
  return {
    KONG_ROLE: 'traditional',
    KONG_DATABASE: 'postgres',
    KONG_PG_HOST: postgresName,
    KONG_PG_PORT: String(postgresPort),
    KONG_PG_USER: access.user,
    KONG_PG_PASSWORD: access.password,
    KONG_PG_DATABASE: access.database,
    KONG_PG_SSL: 'off',
    KONG_PROXY_LISTEN: `${on(kongPorts.proxy)}, ${on(kongPorts.proxyTls)} ssl`,
    KONG_ADMIN_LISTEN: on(kongPorts.admin),
    KONG_STATUS_LISTEN: on(kongPorts.status),
    KONG_NGINX_WORKER_PROCESSES: String(kong.workers),
    KONG_NGINX_DAEMON: 'off',
    KONG_ANONYMOUS_REPORTS: 'off',
    KONG_PROXY_ACCESS_LOG: '/dev/stdout',
    KONG_ADMIN_ACCESS_LOG: '/dev/stdout',
    KONG_PROXY_ERROR_LOG: '/dev/stderr',
    KONG_ADMIN_ERROR_LOG: '/dev/stderr',
    // Every name that Kong asks for, whatever it is asked by, leads to the echo.
    KONG_DNS_RESOLVER: `${resolver}:53`,
    KONG_RESOLVER_ADDRESS: `${resolver}:53`,
  };
}

function variableOf(setting: string): string {
  return `KONG_${setting.toUpperCase()}`;
}

function wordOf(value: string | number | boolean): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
}
