import { hostname } from 'node:os';
import { kinds, referencesOf, referrersOf } from '../entities/kinds.js';
import { Refusal } from '../entities/errors.js';
import type { JsonObject } from '../json.js';
import { text } from '../json.js';
import type { Running } from '../node/running.js';
import { enforced } from '../proxy/plugins/index.js';
import { recorded } from '../schema/model.js';
import type { Listener, Settings } from '../settings.js';
import type { Reply } from './answer.js';
import { ok } from './answer.js';

/** `GET /`. It lists the plugins that are in use, and so needs the database. */
export async function root(node: Running): Promise<Reply> {
  const { settings } = node;
  const inUse = await node.generation.database
    .query('SELECT DISTINCT name FROM plugins ORDER BY name')
    .catch(() => {
      throw new Refusal(500, { message: 'An unexpected error happened' });
    });
  return ok({
    version: settings.version,
    edition: settings.edition,
    tagline: 'Welcome to kong',
    hostname: hostname(),
    node_id: node.id,
    lua_version: 'LuaJIT 2.1.0-20231117',
    pids: { master: process.pid, workers: node.generation.workers.map(() => process.pid) },
    timers: { running: 0, pending: 0 },
    plugins: {
      available_on_server: available(settings),
      enabled_in_cluster: inUse.map(({ name }) => text(name as string)),
    },
    configuration: configuration(settings),
  });
}

const available = ({ plugins, version }: Settings): JsonObject =>
  Object.fromEntries(
    [...plugins].map((name) => [name, { priority: recorded.plugins[name]?.priority ?? 0, version }]),
  );

function configuration(settings: Settings): JsonObject {
  const { postgres, plugins } = settings;
  const listen = (all: readonly Listener[]) =>
    all.map(({ host, port, ssl }) => `${host}:${port}${ssl ? ' ssl' : ''}`);
  return {
    standin: true,
    standin_enforced: Object.keys(enforced),
    database: 'postgres',
    role: 'traditional',
    router_flavor: 'traditional_compatible',
    worker_consistency: 'eventual',
    worker_state_update_frequency: settings.workerStateUpdateFrequencyMs / 1000,
    db_update_frequency: settings.dbUpdateFrequencyMs / 1000,
    db_update_propagation: 0,
    db_cache_ttl: 0,
    pg_host: postgres.host,
    pg_port: postgres.port,
    pg_user: postgres.user,
    pg_password: '******',
    pg_database: postgres.database,
    pg_timeout: postgres.timeoutMs,
    prefix: settings.prefix,
    log_level: settings.logLevel,
    proxy_listen: listen(settings.proxyListen),
    admin_listen: listen(settings.adminListen),
    status_listen: listen(settings.statusListen),
    nginx_worker_processes: String(settings.workers),
    plugins: ['bundled'],
    loaded_plugins: Object.fromEntries([...plugins].map((name) => [name, true])),
    anonymous_reports: false,
  };
}

/** `GET /status`: whether the database can be reached, not whether it has Kong's tables. */
export async function status(node: Running): Promise<Reply> {
  const total = node.requests;
  return ok({
    database: { reachable: await reachable(node) },
    server: {
      connections_accepted: total,
      connections_active: 1,
      connections_handled: total,
      connections_reading: 0,
      connections_waiting: 0,
      connections_writing: 1,
      total_requests: total,
    },
    memory: {
      lua_shared_dicts: {},
      workers_lua_vms: node.generation.workers.map(() => ({
        pid: process.pid,
        http_allocated_gc: `${(process.memoryUsage.rss() / 2 ** 20).toFixed(2)} MiB`,
      })),
    },
  });
}

/** `GET /status/ready`: no proof that Kong works, since an empty database is ready too. */
export async function ready(node: Running): Promise<Reply> {
  return (await reachable(node))
    ? ok({ message: 'ready' })
    : { status: 503, body: { message: 'failed to connect to database' } };
}

const reachable = (node: Running): Promise<boolean> =>
  node.generation.database.query('SELECT 1').then(
    () => true,
    () => false,
  );

export const pluginsEnabled = ({ plugins }: Settings): Reply => ok({ enabled_plugins: [...plugins] });

/** `GET /endpoints`: what the kinds imply. */
export function endpoints(): Reply {
  const item = (name: string): string => `{${name}}`;
  const paths = kinds.flatMap((kind) => {
    const own = `/${kind.path}`;
    const one = `${own}/${item(kind.name)}`;
    const below = referrersOf(kind).flatMap(({ kind: inner }) => [
      `${one}/${inner.nested}`,
      `${one}/${inner.nested}/${item(inner.name)}`,
    ]);
    return [own, one, ...below, ...referencesOf(kind).map(({ field }) => `${one}/${field}`)];
  });
  return ok({ data: ['/', '/status', '/endpoints', '/cache', '/tags', '/schemas/{name}', ...paths].sort() });
}
