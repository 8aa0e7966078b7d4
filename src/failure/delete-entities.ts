/** `delete-entities`: an operator deletes entities through the Admin API. */
import type { Json } from '../model/entity.js';
import { DrillError } from '../model/drill-error.js';
import type { AdminApi } from '../system/admin-api.js';
import type { Injector } from './failure.js';

export const deleteEntities: Injector<'delete-entities'> = {
  target: (failure) => failure.entities.join(', '),
  inject: async (failure, { admin, signal }) => {
    for (const kind of failure.entities) {
      for (const id of await idsOf(admin, kind, signal)) {
        const answer = await admin.call('DELETE', `/${kind}/${id}`, undefined, { signal });
        if (!answer.ok) {
          throw new DrillError(
            'engine',
            `DELETE /${kind}/${id}: expected 204, got ${answer.status} ${answer.text.slice(0, 200)}`,
            'name the kinds in the order in which Kong lets them be deleted: routes before services',
          );
        }
      }
    }
  },
  confirm: async (failure, { admin, signal }) =>
    await Promise.all(
      failure.entities.map(async (kind) => {
        const left = (await idsOf(admin, kind, signal)).length;
        return { source: `Admin API /${kind}`, observed: `${left} left`, confirms: left === 0 };
      }),
    ),
};

async function idsOf(admin: AdminApi, kind: string, signal: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of admin.list(`/${kind}`, { signal }))
    ids.push(...page.map((entity) => entity.id).filter(isText));
  return ids;
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string';
}
