/** All engines, each loaded when it is used. */
import { environment } from '../system/environment.js';
import type { Environment } from '../system/environment.js';
import type { ContainersOptions } from './containers/options.js';
import type { Engine, EngineName } from './engine.js';
import type { PostgresInstallation } from './processes/postgres-installation.js';
import type { FoundSoftware } from './processes/software.js';

export type { FoundSoftware };
export type EngineOptions = ContainersOptions;
export type EngineChoice = EngineName | 'auto';

const engines: Readonly<Record<EngineName, (options: EngineOptions) => Promise<Engine>>> = {
  containers: async (options) => (await import('./containers/engine.js')).containersEngine(options),
  processes: async () => (await import('./processes/engine.js')).processesEngine(),
};

export const engineNames = Object.keys(engines) as EngineName[];

/** `auto`: containers where Docker answers, processes elsewhere. @throws the signal's reason. */
export async function openEngine(
  choice: EngineChoice,
  options: EngineOptions = {},
  signal?: AbortSignal,
): Promise<Engine> {
  if (choice !== 'auto') return engines[choice](options);
  const { asProcesses, whyNoContainers } = await import('./containers/docker.js');
  const why = await whyNoContainers(environment(), { signal });
  if (why === undefined) return engines.containers(options);
  if (!why.isAbsent) options.progress?.(asProcesses(why.error));
  return engines.processes(options);
}

/** What the processes engine would use on this machine for this version of Postgres. @throws DrillError `engine` where there is no Postgres. */
export async function softwareHere(version: string, given: Environment): Promise<FoundSoftware> {
  const { findSoftware } = await import('./processes/software.js');
  return findSoftware(version, given);
}

/** Every installation of Postgres on this machine, with its client programs. */
export async function postgresHere(given: Environment): Promise<readonly PostgresInstallation[]> {
  const { findPostgres } = await import('./processes/postgres-installation.js');
  return findPostgres(given);
}
