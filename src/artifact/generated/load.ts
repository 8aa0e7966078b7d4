/** Loads a made-up configuration through the Admin API. */
import { DrillError } from '../../model/drill-error.js';
import { inWords } from '../../system/admin-api.js';
import type { AdminApi } from '../../system/admin-api.js';
import type { GeneratedEntity, GeneratedState } from './generate-state.js';

interface Loading {
  readonly admin: AdminApi;
  readonly signal: AbortSignal;
}

/** As many at once as decK sends. */
const atOnce = 10;

/** @throws DrillError `component` where Kong refuses an entity. */
export async function loadGenerated({ levels }: GeneratedState, loading: Loading): Promise<void> {
  const { default: pLimit } = await import('p-limit');
  const limit = pLimit(atOnce);
  for (const level of levels)
    await Promise.all(level.map((entity) => limit(() => loadEntity(entity, loading))));
}

async function loadEntity(
  { method, path, body }: GeneratedEntity,
  { admin, signal }: Loading,
): Promise<void> {
  const answer = await admin.call(method, path, body, { signal });
  if (answer.ok) return;
  throw new DrillError(
    'component',
    `the generated state could not be loaded: ${method} ${path}: expected 2xx, got ${inWords(answer)}`,
    'see the logs in the folder of the run',
  );
}
