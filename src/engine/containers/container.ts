/** One container: made, started, asked, removed; and its log kept in the folder of the run from its first line on. */
import { join } from 'node:path';
import { DrillError, messageOf } from '../../model/drill-error.js';
import { asEngineError, asked, ignoreAlreadySo, isMissing, settled } from './docker.js';
import type { ContainerSpec } from './container-spec.js';
import type { Docker, DockerApi } from './docker.js';
import { followLog } from './logs.js';
import type { LogFollower } from './logs.js';

export interface Container {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly docker: Docker;
  readonly log: LogFollower;
}

const abandonedLimitMs = 10_000;

/** Makes a container and starts it. @throws the signal's reason; DrillError `engine`; what was made is found by its labels. */
export async function startContainer(
  docker: Docker,
  spec: ContainerSpec,
  signal: AbortSignal,
): Promise<Container> {
  const { ShapedContainer, ShapedPostgres } = await import('./shaped-container.js');
  const created: { id?: string } = {};
  const shaped = {
    ...spec,
    onCreated: async (id: string) => {
      created.id = id;
      await spec.onCreated?.(id);
    },
  };
  const { postgres } = spec;
  signal.throwIfAborted();
  const starting = (postgres ? new ShapedPostgres(shaped, postgres) : new ShapedContainer(shaped)).start();
  const what = `start ${spec.role} from ${spec.image.name}`;
  try {
    return containerOf(docker, spec, (await asked(what, starting, signal)).getId());
  } catch (error) {
    // What is only being made is not found by its labels, to be removed.
    await settled(starting, abandonedLimitMs);
    signal.throwIfAborted();
    const said = created.id ? await containerOf(docker, spec, created.id).log.firstError() : undefined;
    const failure = asEngineError(what, error);
    throw said ? withLogLine(failure, said) : failure;
  }
}

/** Starts a stopped container again, on what it holds. */
export async function restart(container: Container, signal: AbortSignal): Promise<void> {
  const since = container.docker.clock.utc();
  await asked(`start ${container.role}`, apiOf(container).start().catch(ignoreAlreadySo), signal);
  container.log.follow(since);
}

export async function stop(container: Container, graceSeconds: number, signal: AbortSignal): Promise<void> {
  await asked(
    `stop ${container.role}`,
    apiOf(container).stop({ t: graceSeconds }).catch(ignoreAlreadySo),
    signal,
  );
}

export async function kill(container: Container, signal: AbortSignal): Promise<void> {
  await asked(`kill ${container.role}`, apiOf(container).kill().catch(ignoreAlreadySo), signal);
}

export async function pause(container: Container, signal: AbortSignal): Promise<void> {
  await asked(`freeze ${container.role}`, apiOf(container).pause(), signal);
}

export async function unpause(container: Container, signal: AbortSignal): Promise<void> {
  await asked(`thaw ${container.role}`, apiOf(container).unpause(), signal);
}

/** Kills and removes; a container that is gone already is no error. Its log is whole afterwards. */
export async function remove(container: Container, signal?: AbortSignal): Promise<void> {
  const api = apiOf(container);
  await asked(`kill ${container.role}`, api.kill().catch(ignoreAlreadySo), signal);
  await container.log.ended();
  await asked(
    `remove ${container.role}`,
    api.remove({ force: true, v: true }).catch(ignoreAlreadySo),
    signal,
  );
}

export interface Inspected {
  readonly status: string;
  readonly running: boolean;
  readonly paused: boolean;
  readonly exitCode: number;
  readonly finishedAt: string;
  readonly outOfMemory: boolean;
}

/** What the engine says of a container; `undefined` where there is none. */
export async function inspect(container: Container, signal?: AbortSignal): Promise<Inspected | undefined> {
  const answer = apiOf(container)
    .inspect()
    .catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
  const found = await asked(`inspect ${container.role}`, answer, signal);
  if (!found) return undefined;
  const { State: state } = found;
  return {
    status: state.Status,
    running: state.Running,
    paused: state.Paused,
    exitCode: state.ExitCode,
    finishedAt: state.FinishedAt,
    outOfMemory: state.OOMKilled,
  };
}

/** The exit status, once the container has ended. */
export async function exitOf(container: Container, signal: AbortSignal): Promise<number> {
  const ended = (await asked(`wait for ${container.role}`, apiOf(container).wait(), signal)) as unknown;
  const code: unknown = typeof ended === 'object' && ended ? Reflect.get(ended, 'StatusCode') : undefined;
  return typeof code === 'number' ? code : -1;
}

/** Why a container that should run does not, with the first error line of its log. */
export async function whyStopped(
  container: Container,
  found: Inspected | undefined,
  code: 'engine' | 'component' = 'engine',
): Promise<DrillError> {
  const said = await container.log.firstError();
  const what = found
    ? `${container.role} ended with exit code ${found.exitCode}${found.outOfMemory ? ', out of memory' : ''}`
    : `${container.role} is gone: somebody removed its container`;
  const failure = new DrillError(code, what, container.log.hint);
  return said ? withLogLine(failure, said) : failure;
}

export function apiOf({
  docker,
  id,
}: Pick<Container, 'docker' | 'id'>): ReturnType<DockerApi['getContainer']> {
  return docker.api.getContainer(id);
}

function containerOf(docker: Docker, spec: ContainerSpec, id: string): Container {
  const { name, role, logFolder } = spec;
  const file = logFolder === undefined ? undefined : join(logFolder, `${role}.log`);
  return { id, name, role, docker, log: followLog(docker, id, file) };
}

function withLogLine(error: DrillError, line: string): DrillError {
  return new DrillError(error.code, `${messageOf(error)}: ${line}`, error.hint, { cause: error });
}
