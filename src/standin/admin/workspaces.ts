/**
 * Enterprise's workspaces and its token, as the documentation has them: no recording of a licensed Kong has confirmed any of it.
 * A path may begin with the name of a workspace; what follows is then looked up in that one.
 */
import { randomUUID } from 'node:crypto';
import type { Database, Row } from '../database/database.js';
import { notAllowed, notFound, Refusal, uniqueViolation } from '../entities/errors.js';
import { kinds } from '../entities/kinds.js';
import type { JsonObject } from '../json.js';
import { text } from '../json.js';
import type { Running } from '../node/running.js';
import type { Reply } from './answer.js';
import { created, nothing, ok } from './answer.js';
import { readBody } from './body.js';
import type { Call } from './call.js';

const tokenHeader = 'kong-admin-token';
const ownPaths = [
  '',
  'cache',
  'clustering',
  'config',
  'debug',
  'endpoints',
  'schemas',
  'status',
  'tags',
  'timers',
  'workspaces',
];

/** The call as its workspace sees it. Throws the Refusal of a Kong that does not know the caller, or the workspace. */
export async function withinWorkspace(call: Call, node: Running): Promise<Call> {
  const { adminToken, edition } = node.settings;
  if (edition !== 'enterprise') return call;
  if (adminToken !== undefined && call.request.headers[tokenHeader] !== adminToken)
    throw new Refusal(401, { message: 'Invalid RBAC credentials' });
  const [first = '', ...rest] = call.segments;
  if (ownPaths.includes(first) || kinds.some(({ path }) => path === first)) return call;
  const found = await find(node.generation.database, first);
  if (!found) throw new Refusal(404, { message: `Workspace '${first}' not found` });
  const segments = rest.length > 0 ? rest : [''];
  return { ...call, segments, entities: node.generation.entitiesIn(String(found.id)) };
}

/** `/workspaces` and `/workspaces/{name or id}`. */
export async function workspaces(call: Call, node: Running): Promise<Reply> {
  const { database } = node.generation;
  const [, key, ...more] = call.segments;
  if (more.length > 0) throw notFound();
  if (key === undefined) {
    if (call.method === 'POST') return create(call, database);
    if (call.method !== 'GET') throw notAllowed();
    const rows = await database.query('SELECT * FROM workspaces ORDER BY id');
    return ok({ data: rows.map(shown), next: null });
  }
  const found = await find(database, key);
  if (!found) throw notFound();
  if (call.method === 'GET') return ok(shown(found));
  if (call.method === 'DELETE') return remove(found, database);
  throw notAllowed();
}

async function create(call: Call, database: Database): Promise<Reply> {
  const { name, comment = null, meta = {}, config = {} } = await readBody(call.request, () => ({}));
  if (text(name) === '')
    throw new Refusal(400, {
      code: 2,
      name: 'schema violation',
      message: 'schema violation (name: required field missing)',
    });
  const [row] = await database.query(
    `INSERT INTO workspaces (id, name, comment, meta, config, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, now(), now()) ON CONFLICT (name) DO NOTHING RETURNING *`,
    [randomUUID(), name, comment, meta, config],
  );
  if (!row) throw uniqueViolation({ name: name ?? null });
  return created(shown(row));
}

async function remove(found: Row, database: Database): Promise<Reply> {
  if (found.name === 'default') throw new Refusal(400, { message: 'Cannot delete default workspace' });
  for (const { table, inWorkspace } of kinds) {
    if (!inWorkspace) continue;
    const [used] = await database.query(`SELECT 1 FROM "${table}" WHERE ws_id = $1 LIMIT 1`, [found.id]);
    if (used) throw new Refusal(400, { message: 'Workspace is not empty' });
  }
  await database.query('DELETE FROM workspaces WHERE id = $1', [found.id]);
  return nothing;
}

async function find(database: Database, key: string): Promise<Row | undefined> {
  const [row] = await database.query('SELECT * FROM workspaces WHERE name = $1 OR id::text = $1', [key]);
  return row;
}

function shown({ id, name, comment, meta, config, created_at, updated_at }: Row): JsonObject {
  const seconds = (at: unknown): number | null =>
    at instanceof Date ? Math.floor(at.getTime() / 1000) : null;
  return {
    id: String(id),
    name: String(name),
    comment: (comment as string | null) ?? null,
    meta: (meta as JsonObject | null) ?? {},
    config: (config as JsonObject | null) ?? {},
    created_at: seconds(created_at),
    updated_at: seconds(updated_at),
  };
}
