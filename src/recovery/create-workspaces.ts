/** Workspaces of Enterprise, by name: those that are not there yet are made through the Admin API. */
import { inWords } from '../system/admin-api.js';
import { whenListing } from './kong.js';
import type { Act } from './recovery.js';

export const createWorkspaces: Act<'create-workspaces'> = async ({ workspaces }, context) => {
  const { admin, signal } = context;
  const ready = await whenListing(admin, context);
  if (!ready.ok) return ready;
  const made: string[] = [];
  for (const name of workspaces) {
    const answer = await admin.call('POST', '/workspaces', { name }, { signal });
    if (answer.ok) made.push(name);
    else if (answer.status !== 409)
      return {
        ok: false,
        detail: `POST /workspaces ${name}: expected 201 or 409, got ${inWords(answer)}`,
      };
  }
  return { ok: true, detail: made.length > 0 ? `made ${made.join(', ')}` : 'all of them were there' };
};
