import { notAllowed, Refusal } from '../entities/errors.js';
import { kinds } from '../entities/kinds.js';
import type { JsonObject } from '../json.js';
import { recorded } from '../schema/model.js';
import type { Reply } from './answer.js';
import { ok } from './answer.js';
import { readBody } from './body.js';
import type { Call } from './call.js';

/** `/schemas/{entity}`, `/schemas/plugins/{name}`, `/schemas/{entity}/validate`: none needs the database. */
export async function schemas(call: Call): Promise<Reply> {
  const [, first = '', second] = call.segments;
  if (second === 'validate') return validate(call, first);
  if (call.method !== 'GET') throw notAllowed();
  if (first === 'plugins' && second !== undefined) {
    const plugin = recorded.plugins[second];
    if (!plugin || !call.settings.plugins.has(second)) {
      throw new Refusal(404, { message: `No plugin named '${second}'` });
    }
    return ok((plugin.schema ?? { fields: [] }) as unknown as JsonObject);
  }
  const entity = recorded.entities[first];
  if (!entity) throw new Refusal(404, { message: `No entity named '${first}'` });
  return ok(entity as unknown as JsonObject);
}

async function validate(call: Call, name: string): Promise<Reply> {
  const kind = kinds.find((candidate) => candidate.name === name);
  if (!kind) throw new Refusal(404, { message: `No entity named '${name}'` });
  if (call.method !== 'POST') throw notAllowed();
  await call.entities.validate(kind, await readBody(call.request, () => kind.schema));
  return ok({ message: 'schema validation successful' });
}
