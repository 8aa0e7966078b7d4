/** The container of one Postgres server: its volume, the data that it starts on, the archive of WAL that it writes or reads. */
import { createReadStream } from 'node:fs';
import { DrillError } from '../../model/drill-error.js';
import { failureInWords } from '../../system/command-words.js';
import type { PhysicalData, ProvisionPostgres } from '../engine.js';
import { archiving, asOptions, filesOf, replaying } from '../wal-archive.js';
import { startContainer } from './container.js';
import type { Container } from './container.js';
import { commonOf, onInside } from './context.js';
import type { LabContext } from './context.js';
import { execIn } from './exec.js';
import { postgresName } from './kong-environment.js';
import { tarStream } from './transfer.js';
import { makeArchiveVolume, makeVolume } from './volume.js';
import type { DataVolume } from './volume.js';

export interface Server {
  readonly container: Container;
  readonly volume: DataVolume;
}

const copyLimitMs = 3_600_000;
/** What belongs to the running process and must not be in a copy. */
const notCopied = ['./postmaster.pid', './postmaster.opts'];

export function volumeName(context: LabContext, number: number): string {
  return `${context.prefix}-postgres-${number}`;
}

interface Place {
  readonly address: string;
  readonly number: number;
}

export async function makeServer(
  context: LabContext,
  place: Place,
  options: ProvisionPostgres,
  signal: AbortSignal,
): Promise<Server> {
  const image = await context.image('postgres', options.version);
  const name = volumeName(context, place.number);
  const ownDisk = context.spec.ownDisk === true && place.number === 1;
  const volume = await makeVolume(context, { name, image, ownDisk }, signal);
  const archive = context.spec.walArchive ? await archiveOf(context, place, options, signal) : undefined;
  const container = await startContainer(
    context.docker,
    {
      ...commonOf(context, postgresName),
      name,
      image,
      hostname: postgresName,
      network: onInside(context, place.address, [postgresName]),
      volumes: [volume, ...(archive?.volumes ?? [])],
      command: [...image.command, ...asOptions(archive?.settings ?? {})],
      archives: [
        ...(archive?.archives ?? []),
        ...(options.data ? archivesOf(options.data, volume.dataFolder) : []),
      ],
      postgres: context.access,
    },
    signal,
  );
  return { container, volume };
}

/** The archive is of the first server: those that come after it only read it. */
async function archiveOf(
  context: LabContext,
  { number }: Place,
  { data }: ProvisionPostgres,
  signal: AbortSignal,
) {
  const { walArchive } = context.spec;
  const volume = await makeArchiveVolume(context, signal);
  const { target } = volume;
  // The server of the image runs as a user of its own.
  const writable = tarStream([{ name: target.slice(1), folder: true, mode: 0o1777 }]);
  const isFirst = number === 1;
  return {
    volumes: [volume],
    archives: isFirst ? [{ tar: writable, target: '/' }] : [],
    settings: {
      ...(isFirst && walArchive ? archiving(target, walArchive) : {}),
      ...(data?.replay ? replaying(target, data.replay) : {}),
    },
  };
}

/** The data first, then the files that say how to recover from it. */
function archivesOf(data: PhysicalData, dataFolder: string) {
  const files = Object.entries(filesOf(data)).map(([name, content]) => ({
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

export async function copyData(
  { container, volume }: Server,
  tarFile: string,
  signal: AbortSignal,
): Promise<void> {
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
