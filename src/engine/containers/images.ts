/** Images: found or pulled before any clock starts, and from then on named by what they hold, not by a tag that may move. */
import { DrillError, messageOf } from '../../model/drill-error.js';
import type { PulledImage } from '../../model/journal.js';
import type { Clock } from '../../system/clock.js';
import { asked, isMissing } from './docker.js';
import type { Docker } from './docker.js';
import type { ImageChoice } from './image-names.js';
import type { ImageRole } from './options.js';
import { silent } from './silence.js';

export interface LabImage {
  readonly role: ImageRole;
  /** As it was named. */
  readonly name: string;
  /** `sha256:…`: exactly this is started. */
  readonly id: string;
  /** The registry's digest, or the image's own id where it never was in a registry. */
  readonly digest: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
}

export interface ImageAccess {
  readonly docker: Docker;
  readonly pull: boolean;
  readonly progress: (line: string) => void;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Told of each pull that worked. */
  readonly onPulled: (pulled: PulledImage) => void;
  readonly signal: AbortSignal;
}

/**
 * One that is pinned (`name@sha256:…`) is exactly that one, whatever the engine holds under the name.
 * @throws DrillError `engine` where the image is neither here nor can be pulled, with the command to type, or is another than pinned.
 */
export async function findImage(choice: ImageChoice, access: ImageAccess): Promise<LabImage> {
  const present = await inspectImage(choice, access);
  if (present) return present;
  const why = access.pull
    ? await pullImage(choice, access)
    : 'it is not on this Docker engine, and --no-pull was given';
  const pulled = why === undefined ? await inspectImage(choice, access) : undefined;
  if (pulled) return pulled;
  throw missing(choice, `${why ?? 'it was pulled but cannot be found'}${await instead(choice, access)}`);
}

/** Whether an image is on the engine already. */
export async function isPresent(image: string, docker: Docker, signal: AbortSignal): Promise<boolean> {
  const choice: ImageChoice = { role: 'deck', image, from: 'official' };
  return (await inspectImage(choice, { docker, signal })) !== undefined;
}

async function inspectImage(
  choice: ImageChoice,
  { docker, signal }: Pick<ImageAccess, 'docker' | 'signal'>,
): Promise<LabImage | undefined> {
  const found = await asked(
    `look for the image ${choice.image}`,
    docker.api.getImage(choice.image).inspect().catch(orUndefined),
    signal,
  );
  if (!found) return undefined;
  const digests = (found.RepoDigests as string[] | null | undefined)?.map(digestIn) ?? [];
  const digest = pinnedTo(choice, [...digests, found.Id]) ?? digests[0] ?? found.Id;
  // Older engines leave out what is empty, whatever the types say.
  const config: Partial<Nullable<typeof found.Config>> = found.Config;
  return {
    role: choice.role,
    name: choice.image,
    id: found.Id,
    digest,
    entrypoint: [config.Entrypoint ?? []].flat(),
    command: config.Cmd ?? [],
    environment: Object.fromEntries((config.Env ?? []).map(splitVariable)),
    volumes: Object.keys(config.Volumes ?? {}),
  };
}

const digestIn = (name: string): string => name.replace(/^.*@/, '');

/** @returns the digest that an image is pinned to. @throws DrillError `engine` where what there is has none but other ones. */
function pinnedTo(choice: ImageChoice, there: readonly string[]): string | undefined {
  const pinned = pinIn(choice);
  if (pinned === undefined || there.includes(pinned)) return pinned;
  throw new DrillError(
    'engine',
    `another image for ${choice.role} than ${choice.image} names: expected ${pinned}, got ${there.join(', ')}`,
    `docker pull ${choice.image} where that is the right one, or correct the digest`,
  );
}

function pinIn({ image }: ImageChoice): string | undefined {
  return image.includes('@') ? digestIn(image) : undefined;
}

/** In the place of a pinned image: what there is of its name. */
async function instead(choice: ImageChoice, { docker, signal }: ImageAccess): Promise<string> {
  if (pinIn(choice) === undefined) return '';
  const name = choice.image.replace(/(?::[^:/@]+)?@.*$/, '');
  const options = { filters: JSON.stringify({ reference: [name] }) };
  const found = await asked(`look for images of ${name}`, docker.api.listImages(options), signal);
  const digests = found.flatMap(({ RepoDigests }) => (RepoDigests as string[] | null) ?? []).map(digestIn);
  return digests.length === 0 ? '' : `; here is ${name} with ${[...new Set(digests)].join(', ')}`;
}

type Nullable<T> = { [K in keyof T]: T[K] | null };

/** @returns why it cannot be pulled. */
async function pullImage(
  choice: ImageChoice,
  { docker, progress, clock, onPulled, signal }: ImageAccess,
): Promise<string | undefined> {
  const beganMs = clock.nowMs();
  progress(`pulling ${choice.image} (${choice.role})`);
  // Not part of testcontainers' front door; its version is pinned.
  const { getAuthConfig, ImageName } = await import('testcontainers/build/container-runtime/index.js');
  const name = ImageName.fromString(choice.image);
  try {
    const auth = await getAuthConfig(name.registry ?? docker.client.info.containerRuntime.indexServerAddress);
    const stream = await asked(
      'pull',
      docker.api.pull(choice.image, { ...(auth ? { authconfig: auth } : {}), abortSignal: signal }),
      signal,
    );
    const followed = followPull(docker, stream, (done) => progress(`pulling ${choice.image}: ${done}`));
    await asked('pull', followed, signal);
    onPulled({ image: choice.image, tookMs: clock.nowMs() - beganMs });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    silent.throwIfAborted();
    return messageOf(error);
  }
}

/** Progress by layers, told at most once for each layer that ends. */
function followPull(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  tell: (progress: string) => void,
): Promise<void> {
  const layers = new Map<string, boolean>();
  return new Promise((resolve, reject) => {
    docker.api.modem.followProgress(
      stream,
      (error) => (error ? reject(error) : resolve()),
      ({ id, status }: { id?: string; status?: string }) => {
        if (!id || !/^[0-9a-f]{12}$/.test(id)) return;
        const before = layers.get(id) ?? false;
        layers.set(id, before || status === 'Pull complete' || status === 'Already exists');
        const done = [...layers.values()].filter(Boolean).length;
        if (!before && layers.get(id)) tell(`${done} of ${layers.size} layers`);
      },
    );
  });
}

function missing(choice: ImageChoice, why: string): DrillError {
  const named = choice.version === undefined ? choice.role : `${choice.role}@${choice.version}`;
  const stands = choice.from === 'official' ? '' : ` (from the ${choice.from})`;
  return new DrillError(
    'engine',
    `no image for ${choice.role}: ${choice.image}${stands} cannot be had: ${why}`,
    `docker pull ${choice.image}, or name another: --image ${named}=IMAGE, or --registry for a mirror`,
  );
}

function orUndefined(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}

function splitVariable(line: string): [string, string] {
  const at = line.indexOf('=');
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}
