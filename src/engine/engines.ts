/** All engines, each loaded when it is used. */
import { environment } from '../system/environment.js';
import type { ContainersOptions } from './containers/options.js';
import type { Engine, EngineName } from './engine.js';

export type EngineOptions = ContainersOptions;
export type EngineChoice = EngineName | 'auto';

const engines: Readonly<Record<EngineName, (options: EngineOptions) => Promise<Engine>>> = {
  containers: async (options) => (await import('./containers/engine.js')).containersEngine(options),
  processes: async () => (await import('./processes/engine.js')).processesEngine(),
};

export const engineNames = Object.keys(engines) as EngineName[];

/** `auto`: containers where Docker answers, processes elsewhere. */
export async function openEngine(choice: EngineChoice, options: EngineOptions = {}): Promise<Engine> {
  if (choice !== 'auto') return engines[choice](options);
  const { dockerAnswers } = await import('./containers/docker.js');
  return engines[(await dockerAnswers(environment())) ? 'containers' : 'processes'](options);
}
