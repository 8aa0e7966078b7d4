import { notAllowed } from '../entities/errors.js';
import type { Running } from '../node/running.js';
import type { Reply } from './answer.js';
import { ok } from './answer.js';
import type { Call } from './call.js';
import { offsetAfter, readOffset, sizeFrom } from './paging.js';

/** `/tags` and `/tags/{tag}`: which entities carry which tag. */
export async function tags(call: Call, node: Running): Promise<Reply> {
  if (call.method !== 'GET') throw notAllowed();
  const [, tag] = call.segments;
  const size = sizeFrom(call.query);
  const [afterId = '00000000-0000-0000-0000-000000000000', afterPosition = 0] = readOffset(call.query) ?? [];
  const rows = await node.generation.database.query(
    `SELECT entity_id, entity_name, tag, position FROM tags, unnest(tags) WITH ORDINALITY AS t (tag, position)
     WHERE ($1::text IS NULL OR tag = $1) AND (entity_id, position) > ($2::uuid, $3::bigint)
     ORDER BY entity_id, position LIMIT $4`,
    [tag ?? null, afterId, afterPosition, size + 1],
  );
  const data = rows.slice(0, size).map((row) => ({
    entity_id: String(row.entity_id),
    entity_name: String(row.entity_name),
    tag: String(row.tag),
  }));
  const last = rows[size - 1];
  if (rows.length <= size || !last) return ok({ data, next: null });
  const offset = offsetAfter(String(last.entity_id), Number(last.position));
  return ok({ data, offset, next: `${call.path}?offset=${offset}&size=${size}` });
}
