/** The connection to the Docker engine that is meant: testcontainers is given its address, and takes no other. */
import type { ContainerRuntimeClient } from 'testcontainers';
import { DrillError, messageOf } from '../../model/drill-error.js';
import type { Clock } from '../../system/clock.js';
import { askDocker, isNewEnough, leastApi, noEngine } from '../../system/docker-engine.js';
import type { DockerEndpoint } from '../../system/docker-endpoint.js';
import { withVariables } from '../../system/environment.js';
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

const ryukImage = 'testcontainers/ryuk:0.14.0';
const reaperLimitMs = 60_000;
/** Longer than anybody is patient. */
const answerLimitMs = 600_000;

/** @throws DrillError `engine` where no engine answers in time, it refuses us, or it is older than Docker 20.10. */
export async function connectDocker(setup: DockerSetup): Promise<Docker> {
  const { client, version, apiVersion } = await answered(reach(setup.environment), setup.patienceMs);
  const api = client.container.dockerode;
  void watchForSilence(() => api.ping());
  if (!isNewEnough(apiVersion))
    throw new DrillError(
      'engine',
      `Docker ${version} is too old: expected API ${leastApi} or newer, got ${apiVersion}`,
      'update Docker to 20.10 or newer, or use --engine processes',
    );
  const reaperLabel = await startReaper(client, setup);
  return { client, api, clock: setup.clock, reaperLabel, version };
}

export interface Call {
  readonly signal?: AbortSignal | undefined;
  readonly patienceMs?: number;
}

/** @returns why no drill can run in containers; `undefined` where one can. @throws the signal's reason. */
export async function whyNoContainers(
  environment: Environment,
  { signal, patienceMs }: Call = {},
): Promise<WhyNot | undefined> {
  const reached = answered(reach(environment), patienceMs).then(
    () => undefined,
    (error: unknown) => ({ error: asEngineError('be reached', error), isAbsent: error instanceof NoDocker }),
  );
  return asked('be reached', reached, signal);
}

export interface WhyNot {
  readonly error: DrillError;
  /** There is no Docker, and nobody said that there is. */
  readonly isAbsent: boolean;
}

class NoDocker extends DrillError {}

interface Reached {
  readonly client: ContainerRuntimeClient;
  readonly version: string;
  readonly apiVersion: string;
}

/** @throws DrillError `engine` where the engine that is meant cannot be used. */
async function reach(environment: Environment): Promise<Reached> {
  const answer = await askDocker(environment, answerLimitMs);
  if (!answer.answers) {
    const { message, hint } = answer.error;
    const OfKind = answer.isAbsent ? NoDocker : DrillError;
    throw new OfKind('engine', message, `${hint}, or use --engine processes`);
  }
  const { endpoint, version, apiVersion } = answer;
  const { getContainerRuntimeClient } = await import('testcontainers');
  const client = await withVariables(variablesFor(endpoint), getContainerRuntimeClient).catch(
    () => undefined,
  );
  // It goes on to the usual sockets where it cannot use the engine that it was given.
  if (client && isAt(client.container.dockerode, endpoint)) return { client, version, apiVersion };
  throw noEngine(
    endpoint,
    'it does not answer as a Docker engine with a network named bridge does',
    'see docker version and docker network inspect bridge, or use --engine processes',
  );
}

/** Empty, not absent, where there is no TLS: its properties file would be asked. */
function variablesFor({ host, tls }: DockerEndpoint): Readonly<Record<string, string>> {
  return { DOCKER_HOST: host, DOCKER_TLS_VERIFY: tls ? '1' : '', DOCKER_CERT_PATH: tls?.folder ?? '' };
}

function isAt({ modem }: DockerApi, { host }: DockerEndpoint): boolean {
  const { hostname, port, pathname } = new URL(host);
  return hostname
    ? Reflect.get(modem, 'host') === hostname && Reflect.get(modem, 'port') === port
    : Reflect.get(modem, 'socketPath') === pathname;
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

export function asProcesses({ message, hint }: DrillError): string {
  return `${message}; so the drill runs as local processes\n  → ${hint}`;
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
