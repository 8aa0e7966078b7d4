/** The engines, loaded when one is used. */
import type { Engine, EngineName } from '../engine/engine.js';
import { DrillError } from '../model/drill-error.js';

const engines: Partial<Record<EngineName, () => Promise<Engine>>> = {
  processes: async () => (await import('../engine/processes/engine.js')).processesEngine(),
};

export const engineNames = Object.keys(engines) as EngineName[];

/** @throws DrillError `usage` for an engine that this version does not have. */
export async function openEngine(name: EngineName): Promise<Engine> {
  const open = engines[name];
  if (open) return await open();
  throw new DrillError(
    'usage',
    `the ${name} engine is not available yet`,
    `use --engine ${engineNames.join(' or ')}`,
  );
}
