/** The connection to the Docker engine. Found as testcontainers finds it: DOCKER_HOST, TLS, the usual sockets, its properties file. */
import { connect } from 'node:net';
import type { ContainerRuntimeClient } from 'testcontainers';
import { DrillError, messageOf } from '../../model/drill-error.js';
import type { Clock } from '../../system/clock.js';
import { dockerRefusals } from '../../system/docker-engine.js';
import type { Environment } from '../../system/environment.js';
import { answered, silent, watchForSilence } from './silence.js';

/** dockerode, as testcontainers set it up. */
export type DockerApi = ContainerRuntimeClient['container']['dockerode'];

export interface Docker {
  readonly client: ContainerRuntimeClient;
  readonly api: DockerApi;
  readonly clock: Clock;
  /** Label of testcontainers' reaper (Ryuk), which removes what a killed runner leaves; absent where it cannot be had. */
  readonly reaperLabel: Readonly<Record<string, string>>;
  /** `20.10.24`. */
  readonly version: string;
}

export interface DockerSetup {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly pull: boolean;
  readonly progress: (line: string) => void;
  /** How long an engine may keep its first word back. */
  readonly patienceMs?: number;
}

const leastApi = [1, 41] as const;
const ryukImage = 'testcontainers/ryuk:0.14.0';
const reaperLimitMs = 60_000;

/** @throws DrillError `engine` where no engine answers in time, it refuses us, or it is older than Docker 20.10. */
export async function connectDocker(setup: DockerSetup): Promise<Docker> {
  const client = await answered(runtimeClient(setup.environment), setup.patienceMs);
  if (!client) throw await whyNoEngine(setup.environment);
  const api = client.container.dockerode;
  void watchForSilence(() => api.ping());
  const answer = await asked('tell its version', api.version());
  const [major = 0, minor = 0] = answer.ApiVersion.split('.').map(Number);
  if (major < leastApi[0] || (major === leastApi[0] && minor < leastApi[1]))
    throw new DrillError(
      'engine',
      `Docker ${answer.Version} is too old: expected API ${leastApi.join('.')} or newer, got ${answer.ApiVersion}`,
      'update Docker to 20.10 or newer, or use --engine processes',
    );
  const reaperLabel = await startReaper(client, setup);
  return { client, api, clock: setup.clock, reaperLabel, version: answer.Version };
}

/** Whether there is a Docker engine that takes orders from this user. @throws DrillError `engine` where it keeps silent; the signal's reason. */
export async function dockerAnswers(
  environment: Environment,
  { signal, patienceMs }: { readonly signal?: AbortSignal | undefined; readonly patienceMs?: number } = {},
): Promise<boolean> {
  const answers = runtimeClient(environment).then(async (client) => {
    await client?.container.dockerode.ping();
    return client !== undefined;
  });
  const refused = answers.catch(() => false);
  return asked('answer a ping', answered(refused, patienceMs), signal);
}

/** testcontainers goes on to the usual sockets where it cannot use the engine that `DOCKER_HOST` names: another engine than was asked for. */
async function runtimeClient({ DOCKER_HOST }: Environment): Promise<ContainerRuntimeClient | undefined> {
  if (DOCKER_HOST && /^(unix|tcp):/.test(DOCKER_HOST) && (await connectCode(DOCKER_HOST)) !== '')
    return undefined;
  const { getContainerRuntimeClient } = await import('testcontainers');
  const client = await getContainerRuntimeClient().catch(() => undefined);
  return client && isAt(client.container.dockerode, DOCKER_HOST) ? client : undefined;
}

function isAt({ modem }: DockerApi, host: string | undefined): boolean {
  const address = addressOf(host ?? '');
  if (!address) return true;
  return 'host' in address
    ? Reflect.get(modem, 'host') === address.host
    : Reflect.get(modem, 'socketPath') === address.path;
}

function addressOf(host: string): { host: string; port: number } | { path: string } | undefined {
  if (!URL.canParse(host)) return undefined;
  const { hostname, port, pathname } = new URL(host);
  return hostname ? { host: hostname, port: Number(port || 2375) } : { path: pathname };
}

/** Waits for a Docker call, no longer than the engine answers anything, and tells a failure as one sentence with a hint. */
export async function asked<T>(what: string, call: Promise<T>, signal?: AbortSignal): Promise<T> {
  const ends = [...(signal ? [signal] : []), silent].map(abortionOf);
  try {
    return await Promise.race([...ends.map(({ promise }) => promise), call]);
  } catch (error) {
    signal?.throwIfAborted();
    throw asEngineError(what, error);
  } finally {
    for (const { forget } of ends) forget();
  }
}

/** Waits for the end of something, good or bad, but not for ever. */
export async function settled(promise: Promise<unknown>, limitMs: number): Promise<void> {
  await asked('wait', promise, AbortSignal.timeout(limitMs)).catch(() => undefined);
}

export function asEngineError(what: string, error: unknown): DrillError {
  if (error instanceof DrillError) return error;
  const reason = reasonOf(error);
  const gone = isGone(error);
  return new DrillError(
    'engine',
    `Docker could not ${what}: ${gone ? `the engine does not answer (${reason})` : reason}`,
    gone
      ? 'see whether Docker still runs (docker version); once it does, kong-drill clean removes what is left'
      : 'see docker events and the logs in the folder of the run',
    { cause: error },
  );
}

/** Whether Docker answered that there is no such thing. */
export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** Whether Docker refused to start a container because its image has no such program. */
export function isWithoutProgram(error: unknown): error is DrillError {
  return error instanceof DrillError && statusOf(error.cause) === 400;
}

/** Whether Docker answered that it already is so, or is being done: not running, already removed. */
export function isAlreadySo(error: unknown): boolean {
  return [304, 404, 409].includes(statusOf(error) ?? 0);
}

export function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}

/** For calls that only have to end in a state which may be reached already. */
export function ignoreAlreadySo(error: unknown): void {
  if (!isAlreadySo(error)) throw error;
}

function statusOf(error: unknown): number | undefined {
  const status: unknown = typeof error === 'object' && error ? Reflect.get(error, 'statusCode') : undefined;
  return typeof status === 'number' ? status : undefined;
}

function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}

function isGone(error: unknown): boolean {
  return ['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE', 'EACCES', 'ENOTFOUND', 'ETIMEDOUT'].includes(
    codeOf(error),
  );
}

function reasonOf(error: unknown): string {
  const json: unknown = typeof error === 'object' && error ? Reflect.get(error, 'json') : undefined;
  const message: unknown = typeof json === 'object' && json ? Reflect.get(json, 'message') : undefined;
  return typeof message === 'string' ? message : messageOf(error);
}

function abortionOf(signal: AbortSignal): { promise: Promise<never>; forget: () => void } {
  let forget = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    forget = () => signal.removeEventListener('abort', abort);
  });
  return { promise, forget };
}

/** That Docker is there and this user may not use it, with the way on; `undefined` where that is not so. */
export async function whyForbidden(environment: Environment): Promise<string | undefined> {
  if ((await connectCode(hostIn(environment))) !== 'EACCES') return undefined;
  return asProcesses(await whyNoEngine(environment));
}

export function asProcesses({ message, hint }: DrillError): string {
  return `${message}; so the drill runs as local processes\n  → ${hint}`;
}

/** testcontainers swallows the reason; the socket tells it. */
async function whyNoEngine(environment: Environment): Promise<DrillError> {
  const host = hostIn(environment);
  const code = await connectCode(host);
  const isNamed = environment.DOCKER_HOST !== undefined;
  const orCorrect = isNamed ? ', or correct or unset DOCKER_HOST' : '';
  const reasons: Record<string, readonly [string, string]> = {
    EACCES: [
      dockerRefusals.EACCES,
      'add the user to the group docker (sudo usermod -aG docker $USER, then log in again), or use --engine processes',
    ],
    ENOENT: [dockerRefusals.ENOENT, `install and start Docker${orCorrect}, or use --engine processes`],
    ECONNREFUSED: [
      dockerRefusals.ECONNREFUSED,
      `start Docker (sudo systemctl start docker)${orCorrect}, or use --engine processes`,
    ],
  };
  const [reason, hint] = reasons[code] ?? [
    code || 'it does not answer as a Docker engine with a network named bridge does',
    'see docker version and DOCKER_HOST, or use --engine processes',
  ];
  return new DrillError('engine', `no Docker engine at ${host}: ${reason}`, hint);
}

const hostIn = ({ DOCKER_HOST }: Environment): string => DOCKER_HOST ?? 'unix:///var/run/docker.sock';

function connectCode(host: string): Promise<string> {
  return new Promise((resolve) => {
    const address = addressOf(host);
    if (!address) {
      resolve('DOCKER_HOST is not an address');
      return;
    }
    const socket = connect(address);
    socket.setTimeout(2_000, () => socket.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
    socket.once('connect', () => {
      socket.destroy();
      resolve('');
    });
    socket.once('error', (error) => resolve(codeOf(error) || messageOf(error)));
  });
}

/** Ryuk stays on where it can be had; without it the run's labels and `kong-drill clean` have to do. */
async function startReaper(
  client: ContainerRuntimeClient,
  setup: DockerSetup,
): Promise<Readonly<Record<string, string>>> {
  const { getReaper, ImageName, LABEL_TESTCONTAINERS_SESSION_ID } = await import('testcontainers');
  if (setup.environment.TESTCONTAINERS_RYUK_DISABLED === 'true') return {};
  const image = ImageName.fromString(setup.environment.RYUK_CONTAINER_IMAGE ?? ryukImage);
  try {
    if (!(await asked(`look for ${image.string}`, client.image.exists(image))) && !setup.pull)
      throw new Error('not here, and --no-pull');
    const reaper = await setup.clock.sleep(0).then(() => withinLimit(getReaper(client)));
    return { [LABEL_TESTCONTAINERS_SESSION_ID]: reaper.sessionId };
  } catch (error) {
    setup.progress(
      `without ${image.string} (${reasonOf(error)}): if the runner is killed, kong-drill clean removes what it left`,
    );
    return {};
  }
}

async function withinLimit<T>(call: Promise<T>): Promise<T> {
  return asked('start the reaper', call, AbortSignal.timeout(reaperLimitMs));
}
