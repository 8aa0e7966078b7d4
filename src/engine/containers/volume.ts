/** The named volume that holds the data of one Postgres server, and what can be done to it behind the back of that server. */
import { DrillError } from '../../model/drill-error.js';
import { failureInWords } from '../../system/command-words.js';
import { randomHex } from '../../system/random.js';
import { firstOwnDatabase, isCounted, pageCounter } from '../data-files.js';
import type { DataDamage, DataDisk, DataPages } from '../engine.js';
import { remove, startContainer } from './container.js';
import type { Container } from './container.js';
import type { Mounted } from './container-spec.js';
import { commonOf } from './context.js';
import type { LabContext } from './context.js';
import { asked, ignoreMissing } from './docker.js';
import { execIn } from './exec.js';
import type { LabImage } from './images.js';
import { runOnce } from './one-shot.js';
import { idle } from './surroundings.js';
import { readFrom } from './transfer.js';

export interface DataVolume {
  readonly name: string;
  /** Where the image expects it. */
  readonly target: string;
  /** Postgres' own folder, at `target` or below. */
  readonly dataFolder: string;
  readonly image: LabImage;
  /** A volume in memory is there as long as a container has it mounted: this one does. */
  readonly keeper?: Container;
}

/** Enough for a Kong of some ten thousand entities and the log of its changes. */
export const ownDiskMebibytes = 512;
const inMemory = {
  Driver: 'local',
  DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: `size=${ownDiskMebibytes}m` },
};
const diskLimitMs = 120_000;
const filler = 'kong-drill-filler';

export async function makeVolume(
  context: LabContext,
  { name, image, ownDisk }: { readonly name: string; readonly image: LabImage; readonly ownDisk: boolean },
  signal: AbortSignal,
): Promise<DataVolume> {
  const options = { Name: name, Labels: { ...context.labels }, ...(ownDisk ? inMemory : {}) };
  await asked(`make the volume ${name}`, context.docker.api.createVolume(options), signal);
  const dataFolder = image.environment.PGDATA ?? '/var/lib/postgresql/data';
  const volume = { name, image, dataFolder, target: mountOf(image, dataFolder) };
  return ownDisk ? { ...volume, keeper: await startKeeper(context, volume, signal) } : volume;
}

/** Where a server keeps, or finds, the archive of the lab's WAL. */
export async function makeArchiveVolume(context: LabContext, signal: AbortSignal): Promise<Mounted> {
  const name = `${context.prefix}-wal-archive`;
  const options = { Name: name, Labels: { ...context.labels } };
  await asked(`make the volume ${name}`, context.docker.api.createVolume(options), signal);
  return { name, target: '/kong-drill-wal-archive' };
}

export async function removeVolume(
  context: LabContext,
  { name, keeper }: DataVolume,
  signal: AbortSignal,
): Promise<void> {
  if (keeper) await remove(keeper, signal);
  const api = context.docker.api.getVolume(name);
  await asked(`remove the volume ${name}`, api.remove({ force: true }).catch(ignoreMissing), signal);
}

/** Overwritten in place, from a container of its own: the server may be dead. */
export async function damageVolume(
  context: LabContext,
  volume: DataVolume,
  signal: AbortSignal,
): Promise<DataDamage> {
  const script = `
    cd "$1/base" || exit 1
    files=0; bytes=0
    for folder in [0-9]*; do
      [ "$folder" -ge ${firstOwnDatabase} ] || continue
      for file in "$folder"/*; do
        [ -f "$file" ] && [ -s "$file" ] || continue
        size=$(wc -c < "$file") || continue # gone by now: the server may run
        head -c "$size" /dev/urandom | dd of="$file" conv=notrunc 2>/dev/null || exit 1
        files=$((files + 1)); bytes=$((bytes + size))
      done
    done
    sync
    echo "$files files, $bytes bytes"`;
  const result = await runOnce(
    context.docker,
    {
      ...commonOf(context, 'damage'),
      name: `${context.prefix}-damage-${randomHex(3)}`,
      image: volume.image,
      user: '0',
      volumes: [volume],
      entrypoint: ['sh', '-c', script, 'sh'],
      command: [volume.dataFolder],
    },
    { shown: ['overwrite', `${volume.dataFolder}/base`], limitMs: diskLimitMs, signal },
  );
  const [, files, bytes] = /(\d+) files, (\d+) bytes/.exec(result.stdout) ?? [];
  if (result.ok && files !== undefined && bytes !== undefined)
    return { files: Number(files), bytes: Number(bytes) };
  throw diskError('overwrite the data files', failureInWords(result));
}

/** Read as a stream out of the volume, by the same code as on every engine, whether the server runs or not. */
export async function countPagesIn(
  container: Container,
  { dataFolder }: Pick<DataVolume, 'dataFolder'>,
  signal: AbortSignal,
): Promise<DataPages> {
  const counter = pageCounter();
  const wanted = (name: string): boolean => isCounted(name.replace(/^base\//, ''));
  await readFrom(container, `${dataFolder}/base`, { wanted, take: counter.add, signal });
  return counter.counted();
}

/** @returns `undefined` for a volume that is as large as the disk of the engine. */
export function diskOf({ keeper, target }: DataVolume): DataDisk | undefined {
  if (!keeper) return undefined;
  const run = async (what: string, script: string, signal: AbortSignal): Promise<string> => {
    const command = ['sh', '-c', script, 'sh', target];
    const result = await execIn(keeper, { command, limitMs: diskLimitMs, signal });
    if (result.ok) return result.stdout;
    throw diskError(what, failureInWords(result));
  };
  const usage: DataDisk['usage'] = async (signal) => {
    const [block = 0, all = 0, free = 0] = (
      await run('look at the disk', 'stat -f -c "%S %b %a" "$1"', signal)
    )
      .split(' ')
      .map(Number);
    return { sizeBytes: block * all, freeBytes: block * free };
  };
  return {
    usage,
    fill: async (signal) => {
      // A server that runs frees some at times; dd ends with an error, since that is when the disk is full.
      await run('fill the disk', `dd if=/dev/zero of="$1/${filler}" bs=4096 2>/dev/null; true`, signal);
      const { freeBytes } = await usage(signal);
      if (freeBytes > 0) throw diskError('fill the disk', `${freeBytes} bytes are still free`);
    },
    makeRoom: async (signal) => {
      await run('make room on the disk', `rm -f "$1/${filler}"`, signal);
    },
  };
}

function startKeeper(
  context: LabContext,
  volume: Omit<DataVolume, 'keeper'>,
  signal: AbortSignal,
): Promise<Container> {
  const spec = {
    ...commonOf(context, 'disk'),
    name: `${volume.name}-disk`,
    image: volume.image,
    user: '0',
    volumes: [volume],
    entrypoint: idle,
    command: [],
    keepsAlive: true,
  };
  return startContainer(context.docker, spec, signal);
}

/** The data folder, or (since Postgres 18) one above it. */
function mountOf(image: LabImage, dataFolder: string): string {
  return image.volumes.find((path) => dataFolder === path || dataFolder.startsWith(`${path}/`)) ?? dataFolder;
}

function diskError(what: string, why: string): DrillError {
  return new DrillError(
    'engine',
    `could not ${what} of Postgres: ${why}`,
    'see the logs in the folder of the run',
  );
}
