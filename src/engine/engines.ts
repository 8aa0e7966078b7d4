/** All engines, each loaded when it is used. */
import type { Engine, EngineName } from './engine.js';

const engines: Readonly<Record<EngineName, () => Promise<Engine>>> = {
  containers: async () => (await import('./containers/engine.js')).containersEngine(),
  processes: async () => (await import('./processes/engine.js')).processesEngine(),
};

export const engineNames = Object.keys(engines) as EngineName[];

export function openEngine(name: EngineName): Promise<Engine> {
  return engines[name]();
}
