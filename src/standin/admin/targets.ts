import { notAllowed, notFound } from '../entities/errors.js';
import { kindNamed } from '../entities/kinds.js';
import type { JsonObject } from '../json.js';
import { text } from '../json.js';
import type { Reply } from './answer.js';
import { created, nothing, ok } from './answer.js';
import { readBody } from './body.js';
import type { Call } from './call.js';
import { sizeFrom } from './paging.js';

const kind = kindNamed('targets');

/** `/upstreams/{id}/targets`, which Kong pages and orders (newest first) in its own way. */
export async function targets(call: Call, upstream: JsonObject, key: string | undefined): Promise<Reply> {
  const { entities, method, request } = call;
  const parent = { field: 'upstream', id: text(upstream.id) };
  if (key === undefined || key === 'all') {
    if (method === 'GET') return ok(page(call, await newestFirst(call, parent)));
    if (method !== 'POST' || key === 'all') throw notAllowed();
    const input = { ...(await readBody(request, () => kind.schema)), upstream: { id: parent.id } };
    return created(entities.show(kind, await entities.create(kind, input)));
  }
  const all = await newestFirst(call, parent);
  const found = all.find((target) => target.id === key || target.target === key);
  if (!found) throw notFound();
  if (method === 'GET') return ok(entities.show(kind, found));
  if (method === 'DELETE') {
    await entities.remove(kind, found);
    return nothing;
  }
  if (method !== 'PATCH' && method !== 'PUT') throw notAllowed();
  const input = await readBody(request, () => kind.schema);
  return ok(entities.show(kind, await entities.update(kind, text(found.id), input)));
}

const newestFirst = async (
  { entities }: Call,
  parent: { field: string; id: string },
): Promise<JsonObject[]> =>
  (await entities.store.all(kind, { parent })).sort((a, b) => Number(b.created_at) - Number(a.created_at));

function page({ entities, query, path }: Call, all: JsonObject[]): JsonObject {
  const size = sizeFrom(query);
  const start = Number(query.get('offset') ?? 0);
  const data = all.slice(start, start + size).map((target) => entities.show(kind, target));
  if (start + size >= all.length) return { data, next: null };
  const offset = String(start + size);
  return { data, offset, next: `${path}?offset=${offset}` };
}

/** `/upstreams/{id}/health`: without health checks there is nothing to say of a target. */
export async function health(call: Call, key: string, nodeId: string): Promise<Reply> {
  const upstream = await call.entities.find(kindNamed('upstreams'), key);
  if (!upstream) throw notFound();
  const all = await newestFirst(call, { field: 'upstream', id: text(upstream.id) });
  const data = all.map((target) => call.entities.show(kind, target));
  const asked = call.query.get('balancer_health') === '1';
  return ok({ ...(!asked && { data }), next: null, node_id: nodeId });
}
