/** Postgres in a container of its own, on a named volume; each new server is a new container under the old name. */
import { createReadStream } from 'node:fs';
import { DrillError } from '../../model/drill-error.js';
import { failureInWords } from '../../system/command-words.js';
import { withSql } from '../../system/sql.js';
import type { PostgresConnection } from '../../system/sql.js';
import type { NetworkLink, PhysicalData, PostgresServer, ProvisionPostgres } from '../engine.js';
import { untilAnswering } from './answering.js';
import { remove, restart, startContainer } from './container.js';
import type { Container } from './container.js';
import { commonOf, onInside, postgresPort } from './context.js';
import type { LabContext } from './context.js';
import { execIn } from './exec.js';
import { holderOf, notProvisioned } from './holder.js';
import { postgresName } from './kong-environment.js';
import { attach, detach } from './network.js';
import type { Relay } from './relay.js';
import { postgresGreeting, stateOf } from './state.js';
import type { Resolver } from './surroundings.js';
import { tarStream } from './transfer.js';
import { countPagesIn, damageVolume, diskOf, makeVolume, removeVolume } from './volume.js';
import type { DataVolume } from './volume.js';

interface Server {
  readonly container: Container;
  readonly volume: DataVolume;
}

const startLimitMs = 120_000;
const graceSeconds = 60;
const copyLimitMs = 3_600_000;
/** What belongs to the running process and must not be in a copy. */
const notCopied = ['./postmaster.pid', './postmaster.opts'];

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
      await untilServing(context, started.container, connection, signal);
    },
    start: async (signal) => {
      await restart(holder.current(), signal);
      await untilServing(context, holder.current(), connection, signal);
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

function volumeName(context: LabContext, number: number): string {
  return `${context.prefix}-postgres-${number}`;
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

interface Place {
  readonly address: string;
  readonly number: number;
}

async function makeServer(
  context: LabContext,
  place: Place,
  options: ProvisionPostgres,
  signal: AbortSignal,
): Promise<Server> {
  const image = await context.image('postgres', options.version);
  const name = volumeName(context, place.number);
  const ownDisk = context.spec.ownDisk === true && place.number === 1;
  const volume = await makeVolume(context, { name, image, ownDisk }, signal);
  const container = await startContainer(
    context.docker,
    {
      ...commonOf(context, postgresName),
      name,
      image,
      hostname: postgresName,
      network: onInside(context, place.address, [postgresName]),
      volume,
      ...(options.data ? { archives: archivesOf(options.data, volume.dataFolder) } : {}),
    },
    context.access,
  );
  return { container, volume };
}

/** The data first, then the files that say how to recover from it. */
function archivesOf(data: PhysicalData, dataFolder: string) {
  const files = Object.entries(data.files).map(([name, content]) => ({
    name: `${dataFolder.slice(1)}/${name}`,
    content,
    mode: 0o600,
  }));
  return [
    { tar: tarStream([{ name: dataFolder.slice(1), folder: true, mode: 0o700 }]), target: '/' },
    { tar: createReadStream(data.tarFile), target: dataFolder },
    { tar: tarStream(files), target: '/' },
  ];
}

function untilServing(
  { clock }: LabContext,
  container: Container,
  connection: PostgresConnection,
  signal: AbortSignal,
): Promise<void> {
  // Kong's own database may be missing on purpose.
  const ask = () => withSql({ ...connection, database: 'postgres' }, (sql) => sql.query('SELECT 1'));
  return untilAnswering(container, ask, { clock, limitMs: startLimitMs, signal });
}

async function copyData({ container, volume }: Server, tarFile: string, signal: AbortSignal): Promise<void> {
  const exclude = notCopied.map((name) => `--exclude=${name}`);
  const command = ['tar', '-C', volume.dataFolder, ...exclude, '-cf', '-', '.'];
  const result = await execIn(container, {
    command,
    limitMs: copyLimitMs,
    signal,
    stdoutFile: tarFile,
  });
  // 1: files changed while they were read, which is what the write-ahead log is for.
  if (result.ok || result.exitCode === 1) return;
  throw new DrillError(
    'engine',
    `the data folder of Postgres could not be copied: ${failureInWords(result)}`,
    container.log.hint,
  );
}
