/** `delete-entities`: an operator deletes entities through the Admin API. */
import type { Json } from '../model/entity.js';
import { DrillError } from '../model/drill-error.js';
import { inWords } from '../system/admin-api.js';
import type { AdminApi } from '../system/admin-api.js';
import type { FailureContext, Injector } from './failure.js';

/** What was there, of one kind. */
export interface Deleted {
  readonly kind: string;
  readonly ids: readonly string[];
}

export const deleteEntities: Injector<'delete-entities', readonly Deleted[]> = {
  target: (failure) => failure.entities.join(', '),
  inject: async (failure, { admin, signal }) => {
    const deleted: Deleted[] = [];
    for (const kind of failure.entities) {
      const ids = await idsOf(admin, kind, signal);
      for (const id of ids) await remove(`/${kind}/${id}`, { admin, signal });
      deleted.push({ kind, ids });
    }
    return deleted;
  },
  // Others may have been made since: what counts is that those are gone which were there.
  confirm: async (_, { admin, signal }, deleted) =>
    await Promise.all(
      deleted.map(async ({ kind, ids }) => {
        const there = new Set(await idsOf(admin, kind, signal));
        const left = ids.filter((id) => there.has(id)).length;
        const observed = `${left} of ${ids.length} left`;
        return { source: `Admin API /${kind}`, observed, confirms: ids.length > 0 && left === 0 };
      }),
    ),
};

async function remove(
  path: string,
  { admin, signal }: Pick<FailureContext, 'admin' | 'signal'>,
): Promise<void> {
  const answer = await admin.call('DELETE', path, undefined, { signal });
  if (answer.ok) return;
  throw new DrillError(
    'engine',
    `DELETE ${path}: expected 204, got ${inWords(answer)}`,
    'name the kinds in the order in which Kong lets them be deleted: routes before services',
  );
}

async function idsOf(admin: AdminApi, kind: string, signal: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of admin.list(`/${kind}`, { signal }))
    ids.push(...page.map((entity) => entity.id).filter(isText));
  return ids;
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string';
}
