import type { Entities } from '../entities/entities.js';
import { invalidOffset, invalidOption, invalidSize } from '../entities/errors.js';
import type { Kind } from '../entities/kinds.js';
import type { Filter } from '../entities/store.js';
import type { JsonObject } from '../json.js';
import { isUuid, text } from '../json.js';

/** The page size that the query asks for. */
export function sizeFrom(query: URLSearchParams): number {
  const given = query.get('size');
  if (given === null) return 100;
  const size = Number(given);
  if (given === '' || Number.isNaN(size)) throw invalidSize('size must be a number');
  if (!Number.isInteger(size) || size < 1 || size > 1000) {
    throw invalidSize('size must be an integer between 1 and 1000');
  }
  return size;
}

/** An offset is a JSON array in base64, without padding. */
export function readOffset(query: URLSearchParams): unknown[] | undefined {
  const offset = query.get('offset');
  if (offset === null) return undefined;
  if (!/^[\w+/-]*$/.test(offset) || offset.length % 4 === 1) {
    throw invalidOffset(offset, 'bad base64 encoding');
  }
  try {
    return JSON.parse(Buffer.from(offset, 'base64').toString()) as unknown[];
  } catch {
    throw invalidOffset(offset, 'bad json encoding');
  }
}

export const offsetAfter = (...last: (string | number)[]): string =>
  Buffer.from(JSON.stringify(last)).toString('base64').replace(/=+$/, '');

export interface Listing {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly parent?: { field: string; id: string };
}

/** One page of a collection, with `next` as Kong spells it. */
export async function list(
  entities: Entities,
  kind: Kind,
  { path, query, parent }: Listing,
): Promise<{ data: JsonObject[]; next: string | null; offset?: string }> {
  const size = sizeFrom(query);
  const [after] = readOffset(query) ?? [];
  const tags = tagsFrom(query);
  const filter: Filter = {
    ...(parent && { parent }),
    ...(tags && { tags }),
    ...(typeof after === 'string' && isUuid(after) && { after }),
  };
  const found = await entities.page(kind, size + 1, filter);
  const data = found.slice(0, size).map((entity) => entities.show(kind, entity));
  if (found.length <= size) return { data, next: null };
  const offset = offsetAfter(text(data.at(-1)?.id));
  return { data, offset, next: nextPath({ path, query, parent }, offset) };
}

/** A nested collection forgets the size that was asked for. */
function nextPath(
  { path, query, parent }: { path: string; query: URLSearchParams; parent: unknown },
  offset: string,
): string {
  const next = new URLSearchParams({ offset });
  for (const name of ['tags', 'size']) {
    const value = query.get(name);
    if (value !== null && (name === 'tags' || parent === undefined)) next.set(name, value);
  }
  return `${path}?${next.toString()}`;
}

function tagsFrom(query: URLSearchParams): Filter['tags'] {
  const given = query.get('tags');
  if (given === null) return undefined;
  if (given === '') throw invalidOption('tags', 'cannot be null');
  if (given.includes(',') && given.includes('/')) throw invalidOption('tags', 'invalid filter syntax');
  return { names: given.split(/[,/]/), all: !given.includes('/') };
}
