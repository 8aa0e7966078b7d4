/** Postgres in a container of its own, on a named volume; each new server is a new container under the old name. */
import { ofServer, withSql } from '../../system/sql.js';
import type { PostgresConnection } from '../../system/sql.js';
import type { NetworkLink, PhysicalData, PostgresServer } from '../engine.js';
import { untilAnswering } from './answering.js';
import { remove, restart } from './container.js';
import type { Container } from './container.js';
import { postgresPort } from './context.js';
import type { LabContext } from './context.js';
import { holderOf, notProvisioned } from './holder.js';
import { postgresName } from './kong-environment.js';
import { recoveryLimitMs } from '../wal-archive.js';
import { attach, detach } from './network.js';
import { copyData, makeServer, volumeName } from './postgres-container.js';
import type { Server } from './postgres-container.js';
import type { Relay } from './relay.js';
import { postgresGreeting, stateOf } from './state.js';
import type { Resolver } from './surroundings.js';
import { countPagesIn, damageVolume, diskOf, removeVolume } from './volume.js';

const startLimitMs = 120_000;
const graceSeconds = 60;

export function postgresServer(
  context: LabContext,
  relay: Relay,
  resolver: Resolver,
): PostgresServer & { readonly link: NetworkLink } {
  const { docker, access } = context;
  const connection: PostgresConnection = { host: relay.host, port: relay.port(postgresName), ...access };
  const holder = holderOf(postgresName, graceSeconds);
  let server: Server | undefined;
  let made = 0;
  let generation = 1;

  const address = (): string => context.addresses.postgres(generation);
  const lose = async (signal: AbortSignal): Promise<void> => {
    if (!server) return;
    await remove(server.container, signal);
    await removeVolume(context, server.volume, signal);
  };

  const current = (): Server => server ?? notProvisioned('Postgres');

  return {
    ...holder,
    connection,
    provision: async (options, signal) => {
      await lose(signal);
      if (options.address === 'new' && made > 0) generation += 1;
      made += 1;
      const place = { address: address(), number: made };
      const [started] = await Promise.all([
        makeServer(context, place, options, signal),
        relay.aim(postgresName, place.address, signal),
        resolver.setPostgres(place.address, signal),
      ]);
      server = started;
      holder.hold(started.container);
      await untilServing(context, { ...started, connection, data: options.data }, signal);
    },
    start: async (signal) => {
      await restart(holder.current(), signal);
      await untilServing(context, { container: holder.current(), connection }, signal);
    },
    lose,
    link: linkOf(context, () => ({ container: holder.current(), address: address() })),
    state: (signal) => {
      const volume = server?.volume.name ?? volumeName(context, made);
      const target = `${address()}:${postgresPort}`;
      const watched = { container: holder.held(), volume, target, greeting: postgresGreeting };
      return stateOf(docker, relay, watched, signal);
    },
    copyData: (tarFile, signal) => copyData(current(), tarFile, signal),
    damageData: (signal) => damageVolume(context, current().volume, signal),
    countPages: (signal) => countPagesIn(current().container, current().volume, signal),
    get disk() {
      return server && diskOf(server.volume);
    },
  };
}

function linkOf(
  { docker, inside }: LabContext,
  server: () => { readonly container: Container; readonly address: string },
): NetworkLink {
  return {
    cut: (signal) => detach(docker, inside, server().container.id, signal),
    mend: (signal) => {
      const { container, address } = server();
      return attach(docker, inside, container.id, { address, aliases: [postgresName], signal });
    },
  };
}

interface Starting {
  readonly container: Container;
  readonly connection: PostgresConnection;
  readonly data?: PhysicalData | undefined;
}

function untilServing(
  { clock }: LabContext,
  { container, connection, data }: Starting,
  signal: AbortSignal,
): Promise<void> {
  const patience = data
    ? ({ clock, limitMs: recoveryLimitMs, signal, fault: 'component' } as const)
    : { clock, limitMs: startLimitMs, signal };
  return untilAnswering(container, () => hasRecovered(connection), patience);
}

/** Kong's own database may be missing on purpose. @throws where it does not answer, or only reads. */
async function hasRecovered(connection: PostgresConnection): Promise<void> {
  const [row] = await withSql(ofServer(connection), (sql) =>
    sql.query<{ recovers: boolean }>('SELECT pg_is_in_recovery() AS recovers'),
  );
  if (row?.recovers !== false) throw new Error('still in recovery');
}
