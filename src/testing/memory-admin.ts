/** An Admin API in memory: what is made is kept by name, with failures on demand. For tests of what talks to it. */
import type { Json, JsonObject } from '../model/entity.js';
import type { AdminAnswer, AdminApi } from '../system/admin-api.js';

/** What happens to the next write: done; refused; done, or not, without an answer or with an error of the server. */
export type WriteFate = 'done' | 'refused' | `${'done' | 'lost'}-${'unanswered' | 'with-error'}`;

export interface MemoryAdmin extends AdminApi {
  /** By path: `/consumers/<username>`, `/consumers/<holder>/key-auth/<key>`. */
  readonly rows: Map<string, JsonObject>;
}

export function memoryAdmin(fateOf: () => WriteFate = () => 'done'): MemoryAdmin {
  const rows = new Map<string, JsonObject>();
  const write = (method: string, path: string, body: JsonObject): number => {
    if (method === 'POST') {
      const { username, key, name, id } = body;
      const row = `${path}/${textOf(username ?? key ?? name ?? id)}`;
      if (rows.has(row)) return 409;
      rows.set(row, body);
      return 201;
    }
    const held = rows.get(path);
    if (method === 'DELETE') rows.delete(path);
    else if (method === 'PUT') rows.set(path, body);
    else if (held) rows.set(path, { ...held, ...body });
    if (method === 'PUT') return 200;
    return method === 'DELETE' ? 204 : held ? 200 : 404;
  };
  return {
    rows,
    url: 'memory:',
    call: (method, path, body = {}) => {
      if (method === 'GET') {
        const held = rows.get(path);
        return Promise.resolve(held ? answer(200, held) : answer(404, { message: 'Not found' }));
      }
      const fate = fateOf();
      if (fate === 'refused') return Promise.resolve(answer(409, { message: 'UNIQUE violation' }));
      const status = fate.startsWith('lost-') ? 0 : write(method, path, body);
      if (fate.endsWith('-unanswered')) return Promise.reject(new Error('no answer'));
      if (fate.endsWith('-with-error'))
        return Promise.resolve(answer(500, { message: 'An unexpected error occurred' }));
      return Promise.resolve(answer(status, {}));
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- a generator as the interface wants it
    async *list(path) {
      yield [...rows].filter(([row]) => row.startsWith(`${path}/`)).map(([, row]) => row);
    },
  };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function answer(status: number, body: Json): AdminAnswer {
  return { status, ok: status >= 200 && status < 300, body, text: JSON.stringify(body) };
}
