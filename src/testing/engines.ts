/** Where end-to-end tests can run drills, and what they find left behind there. */
import { readdir } from 'node:fs/promises';
import type { EngineName } from '../engine/engine.js';
import { findProgram } from '../system/command.js';
import { environment } from '../system/environment.js';
import { dockerMissing, labelled } from './docker.js';
import { leftoversOf } from './leftovers.js';

/** How many drills on two cores: most of a case is waiting. */
export const sideBySide: Readonly<Record<EngineName, number>> = { processes: 3, containers: 2 };

/** `KONG_DRILL_TEST_ENGINES=processes` leaves one out. */
export function enginesToTest(): readonly EngineName[] {
  const wanted = environment().KONG_DRILL_TEST_ENGINES?.split(',');
  return (['processes', 'containers'] as const).filter((name) => wanted?.includes(name) ?? true);
}

/** Why a drill cannot be run there; `undefined` where it can. Under CI everything must be there. */
export async function whyNot(
  engine: EngineName,
  needs: { deck?: boolean } = {},
): Promise<string | undefined> {
  const variables = environment();
  if (variables.CI) return undefined;
  if (engine === 'containers') {
    const missing = await dockerMissing();
    if (missing !== undefined) return missing;
    const roles = ['KONG', 'POSTGRES', 'LAB', ...(needs.deck ? ['DECK'] : [])];
    const unnamed = roles.map((role) => `KONG_DRILL_IMAGE_${role}`).filter((name) => !variables[name]);
    return unnamed.length > 0 ? `no image is named by ${unnamed.join(', ')}` : undefined;
  }
  const deck = variables.KONG_DRILL_DECK ?? findProgram('deck', variables.PATH ?? '');
  return needs.deck && deck === undefined ? 'decK is not on PATH, nor named by KONG_DRILL_DECK' : undefined;
}

/** Whatever of a run is still there, found by other means than the engine's own. */
export async function leftOf(engine: EngineName, runId: string, temporaryFolder: string): Promise<string[]> {
  const files = (await readdir(temporaryFolder)).filter((name) => name.startsWith('kong-drill'));
  const here = [...files, ...(await leftoversOf(runId, temporaryFolder))];
  return engine === 'containers' ? [...here, ...(await labelled(`com.kong-drill.run=${runId}`))] : here;
}
