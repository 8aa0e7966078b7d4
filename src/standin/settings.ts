import { availableParallelism } from 'node:os';
import { recorded } from './schema/model.js';

export interface Listener {
  readonly host: string;
  readonly port: number;
  readonly ssl: boolean;
}

/** What Kong takes from `KONG_*`, as far as the stand-in uses it. */
export interface Settings {
  readonly version: string;
  readonly edition: 'community' | 'enterprise';
  /** What the Admin API asks for, where RBAC is enforced. */
  readonly adminToken: string | undefined;
  readonly prefix: string;
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly database: string;
    readonly timeoutMs: number;
  };
  readonly proxyListen: readonly Listener[];
  readonly adminListen: readonly Listener[];
  readonly statusListen: readonly Listener[];
  readonly dbUpdateFrequencyMs: number;
  readonly workerStateUpdateFrequencyMs: number;
  readonly workers: number;
  /** `host:port` of the only name server to ask. */
  readonly dnsResolver: string | undefined;
  readonly logLevel: string;
  readonly plugins: ReadonlySet<string>;
}

export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const value = (name: string, fallback: string): string => environment[`KONG_${name}`] ?? fallback;
  const database = value('DATABASE', 'postgres');
  if (database !== 'postgres') {
    throw new Error(`database has an invalid value: '${database}' (the stand-in knows postgres only)`);
  }
  const edition = value('STANDIN_EDITION', 'community') === 'enterprise' ? 'enterprise' : 'community';
  const enforcesRbac = edition === 'enterprise' && value('ENFORCE_RBAC', 'off') === 'on';
  const workers = value('NGINX_WORKER_PROCESSES', 'auto');
  return {
    version: value('STANDIN_VERSION', edition === 'enterprise' ? '3.9.0.1' : '3.9.3'),
    edition,
    adminToken: enforcesRbac ? value('PASSWORD', '') : undefined,
    prefix: value('PREFIX', '/usr/local/kong'),
    postgres: {
      host: value('PG_HOST', '127.0.0.1'),
      port: number('pg_port', value('PG_PORT', '5432')),
      user: value('PG_USER', 'kong'),
      password: value('PG_PASSWORD', ''),
      database: value('PG_DATABASE', 'kong'),
      timeoutMs: number('pg_timeout', value('PG_TIMEOUT', '5000')),
    },
    proxyListen: listeners(value('PROXY_LISTEN', '0.0.0.0:8000, 0.0.0.0:8443 ssl')),
    adminListen: listeners(value('ADMIN_LISTEN', '127.0.0.1:8001')),
    statusListen: listeners(value('STATUS_LISTEN', '127.0.0.1:8007')),
    dbUpdateFrequencyMs: 1000 * number('db_update_frequency', value('DB_UPDATE_FREQUENCY', '5')),
    workerStateUpdateFrequencyMs:
      1000 * number('worker_state_update_frequency', value('WORKER_STATE_UPDATE_FREQUENCY', '5')),
    workers: workers === 'auto' ? availableParallelism() : number('nginx_worker_processes', workers),
    dnsResolver: environment.KONG_DNS_RESOLVER,
    logLevel: value('LOG_LEVEL', 'notice'),
    plugins: pluginSet(value('PLUGINS', 'bundled')),
  };
}

function number(name: string, value: string): number {
  const parsed = Number(value);
  if (value.trim() === '' || Number.isNaN(parsed)) {
    throw new Error(`${name} is not a number: '${value}'`);
  }
  return parsed;
}

function listeners(value: string): Listener[] {
  if (value === 'off') return [];
  return value.split(',').map((entry) => {
    const [address = '', ...flags] = entry.trim().split(/\s+/);
    const [, host, port] = /^(.+):(\d+)$/.exec(address) ?? [];
    if (host === undefined || port === undefined) {
      throw new Error(`listen must be of form: [off] | <ip>:<port> [ssl], got '${entry.trim()}'`);
    }
    return { host: host.replace(/^\[|\]$/g, ''), port: Number(port), ssl: flags.includes('ssl') };
  });
}

function pluginSet(value: string): ReadonlySet<string> {
  const names = value.split(',').map((name) => name.trim());
  const bundled = Object.keys(recorded.plugins);
  return new Set(names.flatMap((name) => (name === 'bundled' ? bundled : name === 'off' ? [] : [name])));
}
