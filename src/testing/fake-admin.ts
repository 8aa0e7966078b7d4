/** An Admin API that answers from a script. */
import type { AdminAnswer, AdminApi } from '../system/admin-api.js';
import type { Json, JsonObject } from '../model/entity.js';

export interface FakeAdmin extends AdminApi {
  /** `PUT /services/a`, in order. */
  readonly calls: string[];
}

/** @param answer the status and body for a call; 200 and `{}` where it gives nothing. */
export function fakeAdmin(
  answer: (method: string, path: string) => { status: number; body?: Json } | undefined = () => undefined,
): FakeAdmin {
  const calls: string[] = [];
  const call = (method: string, path: string): Promise<AdminAnswer> => {
    calls.push(`${method} ${path}`);
    const { status, body = {} } = answer(method, path) ?? { status: 200 };
    return Promise.resolve({ status, ok: status < 300, body, text: JSON.stringify(body) });
  };
  return {
    url: 'http://127.0.0.1:1',
    calls,
    call,
    async *list(path) {
      const { body } = await call('GET', path);
      yield (body as { data?: JsonObject[] } | null)?.data ?? [];
    },
  };
}
