/** Kong nodes as local processes: a `kong` of this machine or the stand-in, each with a prefix and ports of its own. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Topology } from '../../model/plan.js';
import { runCommand } from '../../system/command.js';
import type { Environment } from '../../system/environment.js';
import { sendSignal } from '../../system/process-table.js';
import type { PostgresConnection } from '../../system/sql.js';
import type { KongNode } from '../engine.js';
import { LocalComponent } from './component.js';
import type { ComponentParts } from './component.js';
import { askHttp } from './questions.js';
import type { FoundProgram } from './software.js';

/** The name that Kong knows Postgres by. */
export const postgresName = 'postgres.lab';

export interface KongPorts {
  readonly admin: number;
  readonly proxy: number;
  readonly proxyTls: number;
  readonly status: number;
}

export interface KongParts extends Pick<ComponentParts, 'name' | 'folder' | 'clock' | 'logFile'> {
  readonly program: FoundProgram;
  readonly ports: KongPorts;
  readonly topology: Topology;
  readonly adminHeaders: Readonly<Record<string, string>>;
  readonly environment: Environment;
  /** `address:port` of the lab's resolver. */
  readonly resolver: string;
  /** An empty hosts file, so that this machine's own leads nowhere. */
  readonly hostsFile: string;
  readonly postgres: () => PostgresConnection;
}

const startLimitMs = 60_000;
const commandLimitMs = 60_000;

export function localKong(parts: KongParts): KongNode {
  const { name, folder, ports, program } = parts;
  const prefix = join(folder.path, name);
  const ask = () =>
    Promise.all([
      askHttp({ host: '127.0.0.1', port: ports.admin }, '/status'),
      askHttp({ host: '127.0.0.1', port: ports.proxy }, '/kong-drill-state'),
    ]);
  const { admin, proxy, proxyTls, status } = ports;
  const listensOn = () => [admin, proxy, proxyTls, status].map((port) => ({ host: '127.0.0.1', port }));
  const component = new LocalComponent({ ...parts, dataFolder: prefix, ask, listensOn });
  let version = parts.topology.kong.version;
  const environment = () => kongEnvironment(parts, { prefix, version });
  const run = (args: readonly string[], signal: AbortSignal) =>
    runCommand([...program.command, ...args], {
      cwd: prefix,
      env: { ...environment(), ...folder.variables },
      limitMs: commandLimitMs,
      signal,
    });
  const start = async (signal: AbortSignal) => {
    // Kong takes one that was killed, but that nobody has collected yet, for one that runs.
    if (!(await component.isRunning())) await rm(join(prefix, 'pids', 'nginx.pid'), { force: true });
    await component.launch(
      {
        start: () =>
          folder.start(name, [...program.command, 'start'], {
            cwd: prefix,
            env: environment(),
            logFile: parts.logFile,
          }),
        whyNotUp: async () => (await ask()).find((answer) => answer.confirms)?.observed,
        limitMs: startLimitMs,
      },
      signal,
    );
  };

  return {
    name,
    proxyUrl: `http://127.0.0.1:${ports.proxy}`,
    proxyTlsUrl: `https://127.0.0.1:${ports.proxyTls}`,
    adminUrl: `http://127.0.0.1:${ports.admin}`,
    adminHeaders: parts.adminHeaders,
    start,
    async stop(signal) {
      await component.end(async () => {
        const result = await run(['stop'], signal);
        if (!result.ok) sendSignal(component.pid, 'SIGTERM');
      }, signal);
    },
    ...component.failures(),
    async provision(options, signal) {
      await component.lose();
      version = options.version ?? parts.topology.kong.version;
      await mkdir(prefix, { recursive: true });
      await start(signal);
    },
    reload: (signal) => run(['reload'], signal),
  };
}

/** What Kong is told, of the user's settings first: what keeps it within the lab cannot be set otherwise. */
export function kongEnvironment(
  parts: Omit<KongParts, 'name' | 'folder' | 'clock' | 'logFile'>,
  { prefix, version }: { readonly prefix: string; readonly version: string },
): Environment {
  const { kong } = parts.topology;
  const { ports } = parts;
  const settings = Object.entries(kong.settings).map(([setting, value]) => [
    `KONG_${setting.toUpperCase()}`,
    typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value),
  ]);
  return {
    ...parts.environment,
    KONG_LOG_LEVEL: 'notice',
    ...kong.environment,
    ...(Object.fromEntries(settings) as Record<string, string>),
    ...databaseSettings(parts),
    ...(parts.program.kind === 'stand-in' ? standInVersion(version, parts.program.version) : {}),
    KONG_PREFIX: prefix,
    KONG_NGINX_DAEMON: 'off',
    KONG_NGINX_WORKER_PROCESSES: String(kong.workers),
    KONG_PLUGINS: ['bundled', ...kong.plugins].join(','),
    KONG_ADMIN_LISTEN: `127.0.0.1:${ports.admin}`,
    KONG_PROXY_LISTEN: `127.0.0.1:${ports.proxy}, 127.0.0.1:${ports.proxyTls} ssl`,
    KONG_STATUS_LISTEN: `127.0.0.1:${ports.status}`,
    KONG_ADMIN_GUI_LISTEN: 'off',
    KONG_STREAM_LISTEN: 'off',
    KONG_PROXY_ACCESS_LOG: 'off',
    KONG_ADMIN_ACCESS_LOG: 'off',
    KONG_STATUS_ACCESS_LOG: 'off',
    KONG_PROXY_ERROR_LOG: '/dev/stderr',
    KONG_ADMIN_ERROR_LOG: '/dev/stderr',
    KONG_STATUS_ERROR_LOG: '/dev/stderr',
    KONG_ANONYMOUS_REPORTS: 'off',
    KONG_DNS_RESOLVER: parts.resolver,
    KONG_DNS_HOSTSFILE: parts.hostsFile,
  };
}

/**
 * The stand-in asks the lab's resolver for Postgres. A real Kong asks the system while it starts (its sockets are not nginx's own
 * then), so it gets the address; either way it stays with what it had until it is reloaded or started again.
 */
function databaseSettings({ program, postgres }: Pick<KongParts, 'program' | 'postgres'>): Environment {
  const { host, port, user, password, database } = postgres();
  return {
    KONG_DATABASE: 'postgres',
    KONG_PG_HOST: program.kind === 'stand-in' ? postgresName : host,
    KONG_PG_PORT: String(port),
    KONG_PG_USER: user,
    KONG_PG_PASSWORD: password,
    KONG_PG_DATABASE: database,
  };
}

/** The stand-in plays any version, by its full number; `3.9` is the one that it has by itself. */
function standInVersion(version: string, own: string): Environment {
  if (`${own}.`.startsWith(`${version}.`)) return {};
  const [major = '3', minor = '0', patch = '0'] = version.split('.');
  return { KONG_STANDIN_VERSION: [major, minor, patch].join('.') };
}
